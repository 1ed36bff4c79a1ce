using System.Globalization;

namespace P1Bridge.Core.Telegrams;

/// <summary>
/// A decimal number as the meter wrote it: an integer and how many of its digits stand after the point. At most 18 digits.
/// Keeps the meter's decimals: <c>00.345</c> is 345 with 3 decimals and prints as <c>0.345</c>. Equal means equal in digits too.
/// </summary>
public readonly record struct FixedPoint(long Mantissa, byte Decimals) : IComparable<FixedPoint>
{
    /// <summary>Most digits that are read; longer numbers are refused, never rounded.</summary>
    public const int MaximumDigits = 18;

    /// <summary>No integer of <see cref="MaximumDigits"/> digits is as large: what is computed can be written down and read again.</summary>
    const long Limit = 1_000_000_000_000_000_000;

    static readonly long[] Powers = [.. Enumerable.Range(0, MaximumDigits + 1).Select(static exponent => (long)Math.Pow(10, exponent))];

    /// <summary>Whether it is below zero.</summary>
    public bool IsNegative => Mantissa < 0;

    /// <summary>Reads <c>[-]digits[.digits]</c>, all of <paramref name="text"/>; leading zeros do not count as digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out FixedPoint value)
    {
        value = default;
        var negative = !text.IsEmpty && text[0] == (byte)'-';
        if (negative) text = text[1..];
        long mantissa = 0;
        int digits = 0, significant = 0, point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'.' && point < 0 && i > 0)
            {
                point = i;
                continue;
            }
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            if ((significant > 0 || text[i] != (byte)'0') && ++significant > MaximumDigits) return false;
            mantissa = mantissa * 10 + text[i] - '0';
            digits++;
        }
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        if (digits == 0 || (point >= 0 && decimals == 0) || decimals > MaximumDigits) return false;
        value = new FixedPoint(negative ? -mantissa : mantissa, (byte)decimals);
        return true;
    }

    /// <summary>Reads the same from text of a file or a program; throws <see cref="FormatException"/> when it is no such number.</summary>
    public static FixedPoint Parse(string text)
        => TryRead(System.Text.Encoding.Latin1.GetBytes(text), out var value) ? value : throw new FormatException($"'{text}' is not a decimal number");

    /// <summary>The number times a power of ten: only the point moves. Throws <see cref="OverflowException"/> past 18 digits.</summary>
    public FixedPoint Scale(int exponent)
        => TryScale(exponent, out var scaled) ? scaled : throw TooManyDigits();

    /// <summary>The same as <see cref="Scale"/>, but false when the number would have too many digits.</summary>
    public bool TryScale(int exponent, out FixedPoint scaled)
    {
        scaled = default;
        var decimals = Decimals - exponent;
        if (Mantissa is <= -Limit or >= Limit || decimals is < -MaximumDigits or > MaximumDigits) return false;
        if (decimals >= 0)
        {
            scaled = new FixedPoint(Mantissa, (byte)decimals);
            return true;
        }
        var raised = (Int128)Mantissa * Powers[-decimals];
        if (Int128.Abs(raised) >= Limit) return false;
        scaled = new FixedPoint((long)raised, 0);
        return true;
    }

    /// <summary>The number with exactly this many decimals, rounded half away from zero.</summary>
    public FixedPoint Round(int decimals)
    {
        if (decimals >= Decimals) return new FixedPoint(Raise(Mantissa, decimals - Decimals), (byte)decimals);
        // Past 18 digits nothing is left of the number.
        var dropped = Decimals - decimals;
        return new FixedPoint(dropped > MaximumDigits ? 0 : DivideRounded(Mantissa, Powers[dropped]), (byte)decimals);
    }

    /// <summary>An integer quotient rounded half away from zero. <paramref name="divisor"/> is above zero.</summary>
    public static long DivideRounded(Int128 dividend, long divisor)
    {
        var half = divisor / 2;
        return (long)(dividend >= 0 ? (dividend + half) / divisor : (dividend - half) / divisor);
    }

    /// <summary>The number as an integer, for kinds and types: 3 and 3.0 are the same, 3.5 is none.</summary>
    public bool TryToInteger(out long whole)
    {
        (whole, var rest) = Decimals <= MaximumDigits ? Math.DivRem(Mantissa, Powers[Decimals]) : (0, Mantissa);
        return rest == 0;
    }

    /// <summary>Exact as <see cref="decimal"/>, decimals kept.</summary>
    public decimal ToDecimal() => new(unchecked((int)Math.Abs(Mantissa)), unchecked((int)(Math.Abs(Mantissa) >> 32)), 0, Mantissa < 0, Decimals);

    /// <summary>The sum, with the larger number of decimals. Throws <see cref="OverflowException"/> past 18 digits.</summary>
    public static FixedPoint operator +(FixedPoint left, FixedPoint right)
    {
        var decimals = Math.Max(left.Decimals, right.Decimals);
        var sum = checked(left.Round(decimals).Mantissa + right.Round(decimals).Mantissa);
        return sum is > -Limit and < Limit ? new FixedPoint(sum, decimals) : throw TooManyDigits();
    }

    /// <summary>The difference, with the larger number of decimals. Throws <see cref="OverflowException"/> past 18 digits.</summary>
    public static FixedPoint operator -(FixedPoint left, FixedPoint right) => left + new FixedPoint(-right.Mantissa, right.Decimals);

    /// <summary>Compares by value: 1.0 and 1.00 are level, though not equal.</summary>
    public int CompareTo(FixedPoint other) => ToDecimal().CompareTo(other.ToDecimal());

    public static bool operator <(FixedPoint left, FixedPoint right) => left.CompareTo(right) < 0;

    public static bool operator >(FixedPoint left, FixedPoint right) => left.CompareTo(right) > 0;

    public static bool operator <=(FixedPoint left, FixedPoint right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FixedPoint left, FixedPoint right) => left.CompareTo(right) >= 0;

    static long Raise(long mantissa, int exponent)
        => exponent <= MaximumDigits ? checked(mantissa * Powers[exponent]) : throw TooManyDigits();

    static OverflowException TooManyDigits() => new("the number has too many digits");

    /// <summary>Digits with a point, no leading zeros, decimals kept: <c>0.345</c>, <c>-1.20</c>, <c>12</c>.</summary>
    public override string ToString() => ToDecimal().ToString(CultureInfo.InvariantCulture);
}
