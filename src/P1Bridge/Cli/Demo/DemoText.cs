using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Telegrams;
using Spectre.Console;

namespace P1Bridge.Cli.Demo;

/// <summary>Texts of an exact width, so that nothing wraps whatever comes in.</summary>
static class DemoText
{
    const string Cut = "…";

    /// <summary>The text cut or padded on the right to <paramref name="width"/> columns, safe in markup.</summary>
    public static string Left(string text, int width) => Markup.Escape(Shorten(text, width).PadRight(Math.Max(0, width)));

    /// <summary>The same with its end at the right edge.</summary>
    public static string Right(string text, int width) => Markup.Escape(Shorten(text, width).PadLeft(Math.Max(0, width)));

    /// <summary>The same, but the beginning is cut off: of a topic the end says most.</summary>
    public static string Tail(string text, int width)
    {
        text = Printable(text);
        var cut = text.Length <= width ? text : width <= 0 ? "" : Cut + text[^(width - 1)..];
        return Markup.Escape(cut.PadRight(Math.Max(0, width)));
    }

    /// <summary>A text on the left and one at the right edge; the right one gives way.</summary>
    public static (string Left, string Right) Spread(string left, string right, int width)
    {
        var rest = width - left.Length;
        return rest > right.Length ? (Markup.Escape(left), Right(right, rest)) : (Left(left, width), "");
    }

    /// <summary>The payload of a value; null when the meter has none.</summary>
    public static string? Find(DeviceSnapshot device, string id)
    {
        foreach (var value in device.Values)
        {
            if (value.Key == id) return value.Payload;
        }
        return null;
    }

    /// <summary>The number of a value; null when the meter has none or it is a word.</summary>
    public static decimal? Number(DeviceSnapshot device, string id)
        => Find(device, id) is { } payload && FixedPoint.TryRead(System.Text.Encoding.Latin1.GetBytes(payload), out var number) ? number.ToDecimal() : null;

    /// <summary>A value with its unit, or a dash.</summary>
    public static string WithUnit(decimal? number, string format, string unit)
        => number is { } value ? $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}" : "-";

    /// <summary>The unit as people write it.</summary>
    public static string UnitOf(Measurement row) => row.HomeAssistant?.Unit ?? row.Unit?.Name ?? "";

    /// <summary>A duration as <c>h:mm:ss</c>.</summary>
    public static string Clock(TimeSpan time)
        => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");

    static string Shorten(string text, int width)
    {
        text = Printable(text);
        return text.Length <= width ? text : width <= 0 ? "" : text[..(width - 1)] + Cut;
    }

    /// <summary>A meter's message may hold anything; control characters would destroy the picture.</summary>
    static string Printable(string text)
        => text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }) : text;
}
