using P1Bridge.Templating.Builtins;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

sealed class Variable(Position position, string name) : PathExpression(position)
{
    public string Name => name;

    bool IsLocal => name[0] == '$';

    public override object? Find(TemplateContext context)
    {
        if (IsLocal) return context.Scopes.GetLocal(name);
        var value = context.Scopes.Get(name);
        return value is null && BuiltinTable.IsRefused(name) ? throw Position.Refuse($"`{name}`") : value;
    }

    public override void Assign(TemplateContext context, object? value)
    {
        if (IsLocal) context.Scopes.SetLocal(name, value);
        else context.Scopes.Set(name, value);
    }
}

/// <summary><c>for.index</c> and its like.</summary>
sealed class LoopMember(Position position, string name) : Expression(position)
{
    public override object? Evaluate(TemplateContext context) => context.Scopes.Loop!.Member(name);
}

/// <summary><c>target.name</c>, or with <paramref name="isOptional"/> <c>target?.name</c>, which of null is null.</summary>
sealed class Member(Position position, Expression target, string name, bool isOptional) : PathExpression(position)
{
    /// <summary>Of what is written behind <c>?.</c> every further part is optional too.</summary>
    public bool IsOptional => isOptional;

    public override object? Find(TemplateContext context) => target.Evaluate(context) switch
    {
        ScriptObject members => members[name],
        ScriptArray items => items.Member(name),
        BuiltinGroup group => group.Find(name) ?? throw Position.Refuse($"`{group.Name}.{name}`"),
        string text => name == "size" ? (long)text.Length : null,
        ScriptRange range when name == "size" => (long)range.Count,
        DateTime date => DateBuiltins.Member(date, name) ?? throw Position.Refuse($"`{name}` of a date"),
        null => isOptional ? null : throw Position.Error($"`{name}` is asked of null. With `?.{name}` it would be null too."),
        var other => throw Position.Refuse($"`.{name}` of {Kinds.NameOf(other)}"),
    };

    public override void Assign(TemplateContext context, object? value)
    {
        switch (target.Evaluate(context))
        {
            case ScriptObject { IsReadOnly: false } members: members.Set(name, value); break;
            case ScriptArray items when name != "size": items.SetMember(name, value); break;
            case var other: throw Position.Error($"`{name}` cannot be set on {Kinds.NameOf(other)}.");
        }
    }
}

/// <summary><c>target.empty?</c></summary>
sealed class IsEmpty(Position position, Expression target) : Expression(position)
{
    public override object? Evaluate(TemplateContext context) => target.Evaluate(context) switch
    {
        null => null,
        string text => Kinds.Of(text.Length == 0),
        ScriptObject { IsReadOnly: false } members => Kinds.Of(members.Count == 0),
        IReadOnlyList<object?> items => Kinds.Of(items.Count == 0),
        var other => throw Position.Refuse($"`.empty?` of {Kinds.NameOf(other)}"),
    };
}

/// <summary><c>target[index]</c>; below 0 it counts from the end.</summary>
sealed class Indexer(Position position, Expression target, Expression index) : PathExpression(position)
{
    /// <summary>Setting an item fills the list up to it; this many are taken for a mistake.</summary>
    const int LongestList = 100_000;

    public override object? Find(TemplateContext context)
    {
        var (from, at) = (target.Evaluate(context), index.Evaluate(context));
        return (from, at) switch
        {
            (ScriptObject members, string name) => members[name],
            (ScriptArray items, string name) => items.Member(name),
            (IReadOnlyList<object?> items, _) when At(at, items.Count) is var i => i >= 0 && i < items.Count ? items[i] : null,
            (string text, _) when At(at, text.Length) is var i
                => i >= 0 && i < text.Length ? text[i].ToString() : throw Position.Error("The text is shorter."),
            (null, _) => throw Position.Error("An item is asked of null."),
            _ => throw Position.Refuse($"An item of {Kinds.NameOf(from)} by {Kinds.NameOf(at)}"),
        };
    }

    public override void Assign(TemplateContext context, object? value)
    {
        switch (target.Evaluate(context), index.Evaluate(context))
        {
            case (ScriptObject { IsReadOnly: false } members, string name): members.Set(name, value); break;
            case (ScriptArray items, var at) when at is not string && At(at, items.Count) is >= 0 and < LongestList and var i: items.Set(i, value); break;
            case var (from, at): throw Position.Refuse($"Setting such an item of {Kinds.NameOf(from)} by {Kinds.NameOf(at)}");
        }
    }

    int At(object? value, int count)
    {
        if (!Kinds.IsInt(value, out var at)) throw Position.Refuse($"An item by {Kinds.NameOf(value)} instead of a whole number");
        return at < 0 ? at + count : at;
    }
}
