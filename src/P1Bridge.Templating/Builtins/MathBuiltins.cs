using System.Globalization;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>math.*</c></summary>
static class MathBuiltins
{
    public static readonly Builtin[] All =
    [
        new("abs value", static a => Each(a, static number => Absolute(number), Math.Abs, Math.Abs)),
        new("ceil value", static a => Each(a, static number => (double)number, Math.Ceiling, Math.Ceiling)),
        new("floor value", static a => Each(a, static number => (double)number, Math.Floor, Math.Floor)),
        new("round value precision?", Round),
        new("plus value with", static a => Operator(a, "+")),
        new("minus value with", static a => Operator(a, "-")),
        new("times value with", static a => Operator(a, "*")),
        new("modulo value with", static a => Operator(a, "%")),
        new("divided_by value divisor", DividedBy),
        new("format value format", static a => Format(a.Number(0), a.Needed(1))),
        new("is_number value", static a => Kinds.Of(Kinds.IsNumber(a[0]))),
    ];

    static long Absolute(long number) => number == long.MinValue ? throw ValueException.Refuse("A whole number beyond 64 bits") : Math.Abs(number);

    static object Each(Given a, Func<long, object> whole, Func<double, double> real, Func<decimal, decimal> exact) => a.Number(0) switch
    {
        long number => whole(number),
        double number => real(number),
        var number => exact((decimal)number),
    };

    static object Round(Given a)
    {
        var digits = a.Has(1) ? a.Int(1) : 0;
        if (digits is < 0 or > 15) throw ValueException.Refuse("Rounding to that many digits");
        return Each(a, static number => (double)number, number => Math.Round(number, digits), number => Math.Round(number, digits));
    }

    static object? Operator(Given a, string sign)
    {
        var result = Arithmetic.Compute(sign, a[0], a[1], a.Context.LimitToString, out var problem);
        return problem is null ? result : throw new ValueException(problem);
    }

    /// <summary>Divided by a whole number it is a whole number, rounded down.</summary>
    static object DividedBy(Given a)
    {
        var (value, divisor) = (a.Number(0), a.Number(1));
        if (Arithmetic.ToDouble(divisor) == 0) throw new ValueException("Division by zero.");
        if (divisor is not long)
            return value is decimal || divisor is decimal ? throw ValueException.Refuse("Division of decimals but by whole numbers") : Operator(a, "/")!;
        var result = Math.Floor(Arithmetic.ToDouble(value) / Arithmetic.ToDouble(divisor));
        return Math.Abs(result) < int.MaxValue ? (long)result : throw ValueException.Refuse("A quotient beyond 32 bits");
    }

    public static string Format(object value, string format)
    {
        try
        {
            return ((IFormattable)value).ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            throw new ValueException($"`{format}` is no format of this number.");
        }
    }
}
