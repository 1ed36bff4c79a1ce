using System.Text;

namespace P1Bridge.Cli.Demo;

/// <summary>Bars made of characters, as markup.</summary>
static class DemoBar
{
    const char Full = '█';
    const char Expected = '▒';
    const char Empty = '·';

    /// <summary>From the middle to the right for import, to the left for export.</summary>
    public static string Balance(decimal value, decimal scale, int width)
    {
        var half = Math.Max(1, (width - 1) / 2);
        var length = Position(Math.Abs(value), scale, half);
        var (filled, rest) = (new string(Full, length), new string(Empty, half - length));
        var (left, right) = value < 0 ? ($"[grey]{rest}[/][green]{filled}[/]", Dots(half)) : (Dots(half), $"[yellow]{filled}[/][grey]{rest}[/]");
        return $"{left}│{right}";
    }

    /// <summary>From 0 to the right, with what is expected behind it and a mark.</summary>
    public static string Progress(decimal value, decimal expected, decimal mark, decimal scale, int width, string colour)
    {
        var (to, until, at) = (Position(value, scale, width), Position(expected, scale, width), Math.Min(width - 1, Position(mark, scale, width)));
        var text = new StringBuilder();
        for (var i = 0; i < width; i++)
            text.Append(i == at ? "[white]┃[/]" : i < to ? $"[{colour}]{Full}[/]" : i < until ? $"[{colour} dim]{Expected}[/]" : $"[grey]{Empty}[/]");
        return text.ToString();
    }

    /// <summary>Where a value stands on a scale that is <paramref name="width"/> columns long.</summary>
    public static int Position(decimal value, decimal scale, int width)
        => scale <= 0 ? 0 : (int)Math.Clamp(Math.Round(value / scale * width), 0, width);

    static string Dots(int length) => $"[grey]{new string(Empty, length)}[/]";
}
