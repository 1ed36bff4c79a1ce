namespace P1Bridge.Templating.Values;

/// <summary>Equality and order of values.</summary>
static class Comparison
{
    /// <summary>What <c>==</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c> give; null when the values cannot be compared so.</summary>
    public static bool? Compare(string sign, object? left, object? right)
    {
        if (left is null || right is null) return WithNull(sign, left, right);
        if (left is bool first && right is bool second) return sign switch { "==" => first == second, "!=" => first != second, _ => null };
        return Order(left, right) is { } order ? Holds(sign, order) : null;
    }

    /// <summary>Null equals itself alone and is not ordered.</summary>
    static bool? WithNull(string sign, object? left, object? right) => sign switch
    {
        "==" => left == right,
        "!=" => left != right,
        _ => left is string or CapturedText || right is string or CapturedText ? null : false,
    };

    static int? Order(object left, object right)
    {
        if (left is string || right is string) return OrderOfTexts(left, right);
        if (left is CapturedText || right is CapturedText) return null;
        if (left is DateTime first && right is DateTime second) return first.CompareTo(second);
        return Kinds.IsNumber(left) && Kinds.IsNumber(right) ? OrderOfNumbers(left, right) : null;
    }

    static int? OrderOfTexts(object left, object right)
        => left is string or long or bool or CapturedText && right is string or long or bool or CapturedText
            ? string.Compare(TextForm.Of(left), TextForm.Of(right), StringComparison.InvariantCulture)
            : null;

    /// <summary>Not-a-number is ordered by nothing, which an order cannot say; it is told apart by <see cref="Holds"/>.</summary>
    static int OrderOfNumbers(object left, object right)
    {
        if (left is long first && right is long second) return first.CompareTo(second);
        if (left is decimal || right is decimal) return OrderOfDecimals(left, right);
        var (a, b) = (Arithmetic.ToDouble(left), Arithmetic.ToDouble(right));
        return double.IsNaN(a) || double.IsNaN(b) ? Unordered : a.CompareTo(b);
    }

    static int OrderOfDecimals(object left, object right)
    {
        try
        {
            return Arithmetic.ToDecimal(left).CompareTo(Arithmetic.ToDecimal(right));
        }
        catch (OverflowException)
        {
            throw ValueException.Refuse("Comparing a decimal with a number that is too large for one");
        }
    }

    const int Unordered = int.MaxValue;

    static bool Holds(string sign, int order) => sign switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order is > 0 and not Unordered,
        _ => order is >= 0 and not Unordered,
    };
}
