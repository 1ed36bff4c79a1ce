using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>From the text of one value to its meaning, with a hint where it has none.</summary>
sealed partial class OptionsReader
{
    /// <summary>A value as found. <paramref name="Scalar"/>: how it stands in the file, null for values from elsewhere, which are always plain text.</summary>
    readonly record struct RawValue(string Text, YamlScalar? Scalar, Origin Origin)
    {
        /// <summary>In quotes although a number, a switch ... is expected.</summary>
        public bool IsQuoted => Scalar is { Quoted: true };
    }

    readonly record struct Parsed<T>(T Value, bool IsRight = true, string? Hint = null)
    {
        public static Parsed<T> Wrong(string? hint = null) => new(default!, false, hint);
    }

    const string Unquote = "write it without quotes";

    static string? NotText(RawValue raw) => raw.Scalar is { IsSwitch: true } ? "put it in quotes if this text is meant" : null;

    static Parsed<string> ParseText(RawValue raw, TextRule? rule)
    {
        rule ??= TextRule.Any;
        if (NotText(raw) is { } hint) return Parsed<string>.Wrong(hint);
        return rule.Matches(raw.Text) ? new(raw.Text) : Parsed<string>.Wrong(rule.Hint?.Invoke(raw.Text));
    }

    static Parsed<int> ParseWhole(RawValue raw, int minimum, int maximum)
    {
        if (raw.IsQuoted) return Parsed<int>.Wrong(Unquote);
        var isNumber = int.TryParse(raw.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        return isNumber && value >= minimum && value <= maximum ? new(value) : Parsed<int>.Wrong();
    }

    static Parsed<decimal?> ParseNumber(RawValue raw, decimal minimum, decimal maximum)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (raw.IsQuoted) return Parsed<decimal?>.Wrong(Unquote);
        if (raw.Text.Contains(',', StringComparison.Ordinal)) return Parsed<decimal?>.Wrong("the decimal sign is a point");
        var isNumber = decimal.TryParse(raw.Text, Style, CultureInfo.InvariantCulture, out var value);
        return isNumber && value >= minimum && value <= maximum ? new(value) : Parsed<decimal?>.Wrong();
    }

    static Parsed<bool> ParseSwitch(RawValue raw)
    {
        if (raw.IsQuoted) return Parsed<bool>.Wrong(Unquote);
        return raw.Text switch { "true" or "True" or "TRUE" => new(true), "false" or "False" or "FALSE" => new(false), _ => Parsed<bool>.Wrong() };
    }

    static Parsed<TimeSpan> ParseDuration(RawValue raw, TimeSpan minimum, TimeSpan maximum)
    {
        if (DurationText.TryParse(raw.Text, out var duration))
            return duration >= minimum && duration <= maximum ? new(duration) : Parsed<TimeSpan>.Wrong();
        var isPlainNumber = decimal.TryParse(raw.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
        return Parsed<TimeSpan>.Wrong(isPlainNumber ? $"add a unit: {raw.Text}s, {raw.Text}m ..." : "write 500ms, 5s, 10m, 24h or 1d");
    }

    static Parsed<T> ParseChoice<T>(RawValue raw, (string Name, T Value)[] choices)
    {
        foreach (var (name, value) in choices)
            if (name == raw.Text) return new(value);
        var near = NearestName.Find(raw.Text, choices.Select(c => c.Name));
        return Parsed<T>.Wrong(near is null ? null : $"did you mean '{near}'?");
    }
}
