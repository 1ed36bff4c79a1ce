using System.Globalization;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

readonly record struct Argument(string? Name, Expression Value);

/// <summary>A function with what it is called with; what is piped into it comes first.</summary>
sealed class Call(Position position, PathExpression target, IReadOnlyList<Argument> arguments) : Expression(position)
{
    public override object? Evaluate(TemplateContext context)
    {
        if (target.Find(context) is not ScriptFunction function)
            throw Position.Error("This is no function that could be called. Between statements goes a line break or `;`.");
        var given = Given(context);
        try
        {
            var result = function.Call(context, Position, given);
            return result is ScriptArray list && list.Count > context.LoopLimit ? throw Position.Error(TooLong(context.LoopLimit)) : result;
        }
        catch (ValueException problem)
        {
            throw Position.Error(problem.Message);
        }
    }

    public Call WithFirst(Expression piped) => new(Position, target, [new(null, piped), .. arguments]);

    public static string TooLong(int longest)
        => string.Create(CultureInfo.InvariantCulture, $"The list has more than {longest} items (LoopLimit).");

    Arguments Given(TemplateContext context)
    {
        var values = new List<object?>(arguments.Count);
        List<(string, object?)>? named = null;
        foreach (var (name, expression) in arguments)
        {
            var value = expression.Evaluate(context);
            if (name is null) values.Add(value);
            else (named ??= []).Add((name, value));
        }
        return new(values, named ?? []);
    }
}
