namespace P1Bridge.Templating.Values;

/// <summary>The operators on numbers, texts and lists.</summary>
static class Arithmetic
{
    /// <summary>What the operator gives, or null with the reason in <paramref name="problem"/>.</summary>
    public static object? Compute(string sign, object? left, object? right, TemplateContext context, out string? problem)
    {
        problem = null;
        if (left is string || right is string) return Texts(sign, left, right, context.LimitToString, out problem);
        if (left is IReadOnlyList<object?> first && right is IReadOnlyList<object?> second && sign == "+")
            return new ScriptRange(first.Concat(second), context.LoopLimit, first, second);
        // Null spreads: a value that the meter does not send makes the sum empty and not wrong.
        if ((left is null && (right is null || Kinds.IsNumber(right))) || (right is null && Kinds.IsNumber(left))) return null;
        if (!Kinds.IsNumber(left) || !Kinds.IsNumber(right)) return Not(sign, left, right, out problem);
        try
        {
            return Numbers(sign, left!, right!);
        }
        catch (DivideByZeroException)
        {
            problem = "Division by zero.";
        }
        catch (OverflowException)
        {
            problem = Refusal("A number that does not fit in 64 bits, or a decimal in 96");
        }
        return null;
    }

    static string Refusal(string what) => Syntax.Refusal.Of(what);

    static object? Not(string sign, object? left, object? right, out string? problem)
    {
        problem = Refusal($"`{sign}` between {Kinds.NameOf(left)} and {Kinds.NameOf(right)}");
        return null;
    }

    static object? Texts(string sign, object? left, object? right, int longest, out string? problem)
    {
        problem = null;
        if (sign == "+")
        {
            var (first, second) = (TextForm.Of(left), TextForm.Of(right));
            if ((long)first.Length + second.Length <= longest) return first + second;
            problem = Long(longest);
            return null;
        }
        var (text, count) = left is string ? ((string)left, right) : ((string)right!, left);
        if (sign != "*" || !Kinds.IsInt32(count) || count is not long times) return Not(sign, left, right, out problem);
        if (times <= 0 || text.Length == 0) return "";
        if (times <= longest / text.Length) return string.Concat(Enumerable.Repeat(text, (int)times));
        problem = Long(longest);
        return null;
    }

    public static string Long(int longest)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The text gets longer than {longest} characters (LimitToString).");

    static object Numbers(string sign, object left, object right)
    {
        if (left is decimal || right is decimal) return Decimals(sign, ToDecimal(left), ToDecimal(right));
        if (left is double || right is double) return Doubles(sign, ToDouble(left), ToDouble(right));
        return Longs(sign, (long)left, (long)right);
    }

    static object Longs(string sign, long left, long right) => checked(sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        // Beyond 53 bits the language cuts and does not round, as big integers do.
        "/" => (double)new System.Numerics.BigInteger(left) / (double)new System.Numerics.BigInteger(right),
        "//" => left / right,
        _ => (object)(left % right),
    });

    static double Doubles(string sign, double left, double right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "//" => Math.Round(left / right),
        _ => left % right,
    };

    static decimal Decimals(string sign, decimal left, decimal right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "//" => Math.Round(left / right),
        _ => left % right,
    };

    public static decimal ToDecimal(object value) => value switch
    {
        decimal number => number,
        double number => (decimal)number,
        _ => (long)value,
    };

    public static double ToDouble(object value) => value switch
    {
        decimal number => (double)number,
        double number => number,
        _ => (long)value,
    };
}
