using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

abstract class Statement(Position position)
{
    public Position Position { get; } = position;

    public abstract void Execute(TemplateContext context);
}

/// <summary>Statements in turn, each with the indentation of the code block that it stands in; null is that of the statement around.</summary>
sealed class Block(Position position, IReadOnlyList<(Statement Statement, string? Indent)> statements) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        var output = context.Output;
        var outer = output.Indent;
        foreach (var (statement, indent) in statements)
        {
            output.Indent = context.AutoIndent ? indent ?? outer : "";
            try
            {
                statement.Execute(context);
            }
            catch (ValueException problem)
            {
                throw statement.Position.Error(problem.Message);
            }
            if (context.Flow != Flow.Next) break;
        }
        output.Indent = outer;
    }
}

sealed class TextStatement(Position position, string text) : Statement(position)
{
    public override void Execute(TemplateContext context) => context.Output.Write(text, Position);
}

/// <summary>An expression alone: its value is written.</summary>
sealed class OutputStatement(Position position, Expression expression) : Statement(position)
{
    public override void Execute(TemplateContext context) => context.Output.Write(TextForm.Of(expression.Evaluate(context)), Position);
}

sealed class Assignment(Position position, PathExpression target, string? sign, Expression value) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        if (sign is null)
        {
            target.Assign(context, value.Evaluate(context));
            return;
        }
        var result = Arithmetic.Compute(sign, target.Evaluate(context), value.Evaluate(context), context, out var problem);
        if (problem is not null) throw Position.Error(problem);
        target.Assign(context, result);
    }
}

sealed class If(Position position, IReadOnlyList<(Expression Condition, Block Body)> branches, Block? otherwise) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        foreach (var (condition, body) in branches)
        {
            if (!Kinds.IsTrue(condition.Evaluate(context))) continue;
            body.Execute(context);
            return;
        }
        otherwise?.Execute(context);
    }
}

sealed class Case(Position position, Expression value, bool isOneTag, IReadOnlyList<(IReadOnlyList<Expression> Values, Block Body)> branches, Block? otherwise)
    : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        var actual = value.Evaluate(context);
        // A branch in a tag of its own is not indented like the case.
        if (!isOneTag) context.Output.Indent = "";
        foreach (var (values, body) in branches)
        {
            if (!values.Any(candidate => IsSame(actual, candidate, context))) continue;
            body.Execute(context);
            return;
        }
        otherwise?.Execute(context);
    }

    static bool IsSame(object? actual, Expression candidate, TemplateContext context)
    {
        var expected = candidate.Evaluate(context);
        return Comparison.Compare("==", actual, expected)
            ?? throw candidate.Position.Refuse($"A case between {Kinds.NameOf(actual)} and {Kinds.NameOf(expected)}");
    }
}

sealed class Capture(Position position, PathExpression target, Block body) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        var text = context.Capture(() => body.Execute(context), isPage: false);
        target.Assign(context, new CapturedText(text));
        // What `ret` gives inside is lost, but it still leaves the function or the page.
        context.Returned = null;
    }
}

sealed class Return(Position position, Expression? value) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        var result = value?.Evaluate(context);
        context.Returned = result is ScriptRange range ? ScriptArray.Of(range) : result;
        context.Flow = Flow.Return;
    }
}

/// <summary><c>break</c> and <c>continue</c>.</summary>
sealed class Jump(Position position, Flow flow) : Statement(position)
{
    public override void Execute(TemplateContext context) => context.Flow = flow;
}
