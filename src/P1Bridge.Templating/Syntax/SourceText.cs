namespace P1Bridge.Templating.Syntax;

/// <summary>A template's text and where it came from, to say where something is wrong.</summary>
sealed class SourceText(string text, string path)
{
    const int LongestExcerpt = 120;

    public string Text { get; } = text;

    public string Path { get; } = path;

    public LogMessage Message(int offset, string message)
    {
        var at = Math.Min(offset, Text.Length);
        var start = at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;
        var end = Text.IndexOf('\n', start) is var found && found < 0 ? Text.Length : found;
        return new(Path, Line(start), at - start + 1, message, Excerpt(start, end, at));
    }

    int Line(int start) => Text.AsSpan(0, start).Count('\n') + 1;

    string Excerpt(int start, int end, int at)
    {
        var from = Math.Max(start, at - LongestExcerpt / 2);
        var line = Text.AsSpan(from, Math.Min(end - from, LongestExcerpt)).TrimEnd('\r');
        // Tabs stay tabs below the line, so that the caret lands under its character at any tab width.
        var pad = string.Create(at - from, (Text, from), static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source.Text[source.from + i] == '\t' ? '\t' : ' ';
        });
        return $"{line}\n{pad}^";
    }
}

/// <summary>A place in a template.</summary>
readonly record struct Position(SourceText Source, int Offset)
{
    public ScriptRuntimeException Error(string message) => new(Source.Message(Offset, message));

    public ScriptRuntimeException Refuse(string what) => Error(Refusal.Of(what));
}

/// <summary>How the texts of refusals begin: one wording, so that they can be told from mistakes in a template.</summary>
static class Refusal
{
    public static string Of(string what) => $"{char.ToUpperInvariant(what[0])}{what[1..]} is not supported here. docs/templates-language.md lists what is.";
}
