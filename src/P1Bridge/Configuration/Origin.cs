namespace P1Bridge.Configuration;

/// <summary>Who gave a value; a later kind beats an earlier one.</summary>
enum OriginKind { Default, File, Environment, CommandLine }

/// <summary>Where a value, or a problem, comes from.</summary>
/// <param name="Kind">Who gave it.</param>
/// <param name="Name">File path, variable name or a fixed word.</param>
/// <param name="Line">Line in the file, from 1; 0 when there is none.</param>
/// <param name="Column">Column in the file, from 1; 0 when there is none.</param>
sealed record Origin(OriginKind Kind, string Name, int Line = 0, int Column = 0)
{
    public static readonly Origin Default = new(OriginKind.Default, "default");
    public static readonly Origin CommandLine = new(OriginKind.CommandLine, "command line");

    /// <summary>As it stands before a message: <c>p1bridge.yaml:3:5</c>, a variable's name or <c>command line</c>.</summary>
    public override string ToString() => Line > 0 ? $"{Printable.Line(Name)}:{Line}:{Column}" : Printable.Line(Name);

    /// <summary>As it stands behind an effective value: the column does not matter there.</summary>
    public string Brief => Line > 0 ? $"{Printable.Line(Name)}:{Line}" : Printable.Line(Name);
}

/// <summary>Foreign text made fit for a message: one line, no control characters, not endless.</summary>
static class Printable
{
    const int Longest = 80;

    /// <summary>The text with control characters (and lone surrogates) as <c>?</c>.</summary>
    public static string Line(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));

    /// <summary>The same in quotes, cut after 80 characters.</summary>
    public static string Quoted(string text) => text.Length <= Longest ? $"'{Line(text)}'" : $"'{Line(text[..Longest])}...'";
}
