using System.Globalization;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

/// <summary>The parameters behind <c>for item in items</c>.</summary>
sealed record ForParameters(Expression? Offset, Expression? Limit, bool IsReversed);

sealed class For(Position position, string variable, Expression items, ForParameters parameters, Block body) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        var source = items.Evaluate(context);
        if (Items(source, context) is not { Count: > 0 } list) return;
        var scopes = context.Scopes;
        var (outer, state, slot) = (scopes.Loop, new LoopState(list.Count), scopes.PushLoop(variable));
        if (scopes.LoopDepth++ == 0) scopes.LoopSteps = 0;
        scopes.Loop = state;
        try
        {
            Turns(context, (source, list), state, slot);
        }
        finally
        {
            scopes.Loop = outer;
            scopes.LoopDepth--;
            scopes.PopLoop(variable);
        }
    }

    void Turns(TemplateContext context, (object? Source, IReadOnlyList<object?> List) items, LoopState state, LoopVariable slot)
    {
        var (list, version) = (items.List, VersionOf(items.Source));
        for (var i = 0; i < list.Count; i++)
        {
            if (++context.Scopes.LoopSteps > context.LoopLimit)
                throw Position.Error(string.Create(CultureInfo.InvariantCulture, $"The loop makes more than {context.LoopLimit} turns (LoopLimit)."));
            state.Index = i;
            state.Changed = i == 0 || !Equals(list[i], list[i - 1]);
            slot.Value = list[i];
            body.Execute(context);
            if (context.Flow == Flow.Return) return;
            var isOver = context.Flow == Flow.Break;
            context.Flow = Flow.Next;
            if (VersionOf(items.Source) != version) throw Position.Error("The loop changes the list or object that it goes through.");
            if (isOver) return;
        }
    }

    static int VersionOf(object? source) => source switch
    {
        ScriptArray list => list.Version,
        ScriptObject members => members.Version,
        _ => 0,
    };

    /// <summary>The items to go through: a copy where the loop could change them.</summary>
    IReadOnlyList<object?>? Items(object? source, TemplateContext context)
    {
        var all = source switch
        {
            null => null,
            ScriptObject members => [.. members.Select(static member => ScriptObject.Pair(member.Key, member.Value))],
            IReadOnlyList<object?> list => list,
            string text => [.. text.Select(static c => c.ToString())],
            var other => throw Position.Error($"{Kinds.NameOf(other)} cannot be gone through."),
        };
        if (all is null) return null;
        var offset = Number(parameters.Offset, context);
        var limit = Number(parameters.Limit, context);
        var part = all.Skip(offset);
        if (parameters.IsReversed) part = part.Reverse();
        // The limit counts in the order of the loop: reversed, it takes the last ones. In this language 0 and less is no limit.
        return [.. limit > 0 ? part.Take(limit) : part];
    }

    static int Number(Expression? expression, TemplateContext context)
    {
        if (expression is null) return 0;
        var value = expression.Evaluate(context);
        return Kinds.IsInt(value, out var number)
            ? number
            : throw expression.Position.Refuse($"{Kinds.NameOf(value)} that is no whole number");
    }
}
