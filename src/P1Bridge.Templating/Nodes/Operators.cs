using System.Globalization;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

sealed class Unary(Position position, string sign, Expression operand) : Expression(position)
{
    public override object? Evaluate(TemplateContext context)
    {
        var value = operand.Evaluate(context);
        if (sign == "!") return Kinds.Of(!Kinds.IsTrue(value));
        return value switch
        {
            _ when sign == "+" && Kinds.IsNumber(value) => value,
            // Of the first the language makes a number of 64 bits, and of the others themselves.
            1L << 31 or (long)int.MinValue or long.MinValue => throw Position.Refuse("`-` before a number at the border of 32 or 64 bits"),
            long number => -number,
            double number => -number,
            decimal number => -number,
            _ => throw Position.Refuse($"`{sign}` before {Kinds.NameOf(value)}"),
        };
    }
}

/// <summary>What takes two values; a pipe from before goes to the left one.</summary>
abstract class Binary(Position position, Expression left, Expression right) : Expression(position)
{
    public Expression Left => left;

    public Expression Right => right;

    public abstract Binary With(Expression other);
}

sealed class ArithmeticOperation(Position position, string sign, Expression left, Expression right) : Binary(position, left, right)
{
    public override object? Evaluate(TemplateContext context)
    {
        var result = Arithmetic.Compute(sign, Left.Evaluate(context), Right.Evaluate(context), context, out var problem);
        return problem is null ? result : throw Position.Error(problem);
    }

    public override Binary With(Expression other) => new ArithmeticOperation(Position, sign, other, Right);
}

sealed class ComparisonOperation(Position position, string sign, Expression left, Expression right) : Binary(position, left, right)
{
    public override object? Evaluate(TemplateContext context)
    {
        var (first, second) = (Left.Evaluate(context), Right.Evaluate(context));
        return Comparison.Compare(sign, first, second) is { } result
            ? Kinds.Of(result)
            : throw Position.Refuse($"`{sign}` between {Kinds.NameOf(first)} and {Kinds.NameOf(second)}");
    }

    public override Binary With(Expression other) => new ComparisonOperation(Position, sign, other, Right);
}

/// <summary><c>&amp;&amp;</c>, <c>||</c>, <c>??</c> and <c>?!</c>.</summary>
sealed class LogicalOperation(Position position, string sign, Expression left, Expression right) : Binary(position, left, right)
{
    public override object? Evaluate(TemplateContext context)
    {
        var first = Left.Evaluate(context);
        return sign switch
        {
            "&&" => Kinds.Of(Kinds.IsTrue(first) && Kinds.IsTrue(Right.Evaluate(context))),
            "||" => Kinds.Of(Kinds.IsTrue(first) || Kinds.IsTrue(Right.Evaluate(context))),
            // Both sides are computed always: a function on the right writes what it writes.
            _ => Choose(first, Right.Evaluate(context)),
        };
    }

    object? Choose(object? first, object? second) => sign == "??" ? first ?? second : first is null ? null : second;

    public override Binary With(Expression other) => new LogicalOperation(Position, sign, other, Right);
}

/// <summary><c>from..to</c> and <c>from..&lt;to</c>; it counts down where the end is smaller.</summary>
sealed class RangeOperation(Position position, bool isOpen, Expression left, Expression right) : Binary(position, left, right)
{
    public override object? Evaluate(TemplateContext context)
    {
        var (from, to) = (End(Left, context), End(Right, context));
        var count = Math.Abs((long)to - from) + (isOpen ? 0 : 1);
        if (count > context.LoopLimit)
            throw Position.Error(string.Create(CultureInfo.InvariantCulture, $"The range has more than {context.LoopLimit} numbers (LoopLimit)."));
        var step = from <= to ? 1 : -1;
        return new ScriptRange(Enumerable.Range(0, (int)count).Select(i => (object?)(from + (long)i * step)), (int)count);
    }

    public override Binary With(Expression other) => new RangeOperation(Position, isOpen, other, Right);

    int End(Expression end, TemplateContext context)
    {
        var value = end.Evaluate(context);
        return value is long and >= int.MinValue and <= int.MaxValue
            ? (int)(long)value
            : throw Position.Refuse($"A range from or to {Kinds.NameOf(value)} that is no whole number of 32 bits");
    }
}
