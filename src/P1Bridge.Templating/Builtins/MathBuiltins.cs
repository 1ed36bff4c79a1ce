using System.Globalization;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>math.*</c></summary>
static class MathBuiltins
{
    public static readonly Builtin[] All =
    [
        new("abs value", Absolute),
        new("ceil value", static a => Math.Ceiling(Arithmetic.ToDouble(a.Number(0)))),
        new("floor value", static a => Math.Floor(Arithmetic.ToDouble(a.Number(0)))),
        new("round value precision?", static a => Round(a)),
        new("plus value with", static a => Operator(a, "+")),
        new("minus value with", static a => Operator(a, "-")),
        new("times value with", static a => Operator(a, "*")),
        new("modulo value with", static a => Operator(a, "%")),
        new("divided_by value divisor", static a => Kinds.IsInt32(a[1]) ? (object)WholeQuotient(a) : Quotient(a)),
        new("format value format", static a => Format(a.Number(0), a.Needed(1))),
        new("is_number value", static a => Kinds.Of(Kinds.IsNumber(a[0]))),
    ];

    static object Absolute(Given a) => a.Number(0) switch
    {
        long.MinValue or (long)int.MinValue => throw ValueException.Refuse("The smallest whole number of 32 or 64 bits"),
        long number => Math.Abs(number),
        double number => Math.Abs(number),
        var number => Math.Abs((decimal)number),
    };

    /// <summary>Rounded numbers are doubles, also those of decimals.</summary>
    static double Round(Given a)
    {
        var digits = a.Has(1) ? a.Int(1) : 0;
        return digits is >= 0 and <= 15
            ? Math.Round(Arithmetic.ToDouble(a.Number(0)), digits)
            : throw ValueException.Refuse("Rounding to that many digits");
    }

    static object? Operator(Given a, string sign)
    {
        var result = Arithmetic.Compute(sign, a[0], a[1], a.Context, out var problem);
        return problem is null ? result : throw new ValueException(problem);
    }

    static double Quotient(Given a)
    {
        var (value, divisor) = (Arithmetic.ToDouble(a.Number(0)), Arithmetic.ToDouble(a.Number(1)));
        if (divisor == 0) throw new ValueException("Division by zero.");
        return a[0] is decimal && !Kinds.IsInt32(a[1]) || a[1] is decimal ? throw ValueException.Refuse("Division of decimals but by whole numbers") : value / divisor;
    }

    /// <summary>Divided by a whole number of 32 bits it is a whole number, rounded down.</summary>
    static long WholeQuotient(Given a)
        => Math.Floor(Quotient(a)) is var result && Math.Abs(result) < int.MaxValue ? (long)result : throw ValueException.Refuse("A quotient beyond 32 bits");

    public static string Format(object value, string format)
    {
        try
        {
            // Below 0 the hexadecimal form depends on the number of bits.
            var number = Kinds.IsInt32(value) ? (int)(long)value : value;
            return ((IFormattable)number).ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            throw new ValueException($"`{format}` is no format of this number.");
        }
    }
}
