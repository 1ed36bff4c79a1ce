namespace P1Bridge.Generation;

/// <summary>Texts in quotes, as openHAB's files and YAML write them.</summary>
static class OpenHabQuotes
{
    /// <summary>A text.</summary>
    public static string Text(string text)
        => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A label. Brackets would begin the format of a state.</summary>
    public static string Label(string label) => Text(WithoutBrackets(label));

    /// <summary>A label with the format of its state.</summary>
    public static string Labelled(string label, string format) => Text($"{WithoutBrackets(label)} [{format}]");

    static string WithoutBrackets(string label) => label.Replace('[', '(').Replace(']', ')');
}
