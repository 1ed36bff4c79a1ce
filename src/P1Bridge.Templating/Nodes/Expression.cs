using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

/// <summary>What gives a value.</summary>
abstract class Expression(Position position)
{
    public Position Position { get; } = position;

    public abstract object? Evaluate(TemplateContext context);
}

/// <summary>A variable, or a part of one; a function found there is called, unless it is asked for as such.</summary>
abstract class PathExpression(Position position) : Expression(position)
{
    public sealed override object? Evaluate(TemplateContext context)
        => Find(context) is var value && value is ScriptFunction function ? function.Call(context, Position, new([], [])) : value;

    public abstract object? Find(TemplateContext context);

    public abstract void Assign(TemplateContext context, object? value);
}

sealed class Literal(Position position, object? value) : Expression(position)
{
    public object? Value => value;

    public override object? Evaluate(TemplateContext context) => value;
}

/// <summary><c>@name</c>: the function itself.</summary>
sealed class Alias(Position position, PathExpression path) : Expression(position)
{
    public override object? Evaluate(TemplateContext context) => path.Find(context);
}

/// <summary><c>( ... )</c>, kept because a pipe does not reach into it.</summary>
sealed class Nested(Position position, Expression inner) : Expression(position)
{
    // Between two parentheses there can be long rows of operators; their depth adds up here.
    public override object? Evaluate(TemplateContext context)
        => System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()
            ? inner.Evaluate(context)
            : throw Position.Refuse("An expression this deep");
}

sealed class ArrayExpression(Position position, IReadOnlyList<Expression> items) : Expression(position)
{
    public override object? Evaluate(TemplateContext context)
    {
        var result = new ScriptArray();
        foreach (var item in items) result.Append(item.Evaluate(context));
        return result;
    }
}

sealed class ObjectExpression(Position position, IReadOnlyList<(string Name, Expression Value)> members) : Expression(position)
{
    public override object? Evaluate(TemplateContext context)
    {
        var result = new ScriptObject();
        // What stands before it in the object is a variable for each further value.
        context.PushGlobal(result);
        try
        {
            foreach (var (name, value) in members) result.Set(name, value.Evaluate(context));
        }
        finally
        {
            context.PopGlobal();
        }
        return result;
    }
}

sealed class Interpolation(Position position, IReadOnlyList<Expression> parts) : Expression(position)
{
    public override object? Evaluate(TemplateContext context)
    {
        var text = string.Concat(parts.Select(part => Part(part.Evaluate(context), part.Position)));
        return text.Length <= context.LimitToString ? text : throw Position.Error(Arithmetic.Long(context.LimitToString));
    }

    /// <summary>In a string the language writes truth values as .NET does, and lists, objects and dates in no useful way.</summary>
    static string Part(object? value, Position position) => value switch
    {
        bool truth => truth ? "True" : "False",
        null or string or Character or long or double or decimal => TextForm.Of(value),
        _ => throw position.Refuse($"{Kinds.NameOf(value)} in an interpolated string"),
    };
}

sealed class Conditional(Position position, Expression condition, Expression then, Expression otherwise) : Expression(position)
{
    public Expression Condition => condition;

    public override object? Evaluate(TemplateContext context)
        => (Kinds.IsTrue(condition.Evaluate(context)) ? then : otherwise).Evaluate(context);

    public Conditional With(Expression other) => new(Position, other, then, otherwise);
}
