namespace P1Bridge.Templating;

/// <summary>What is wrong with a template, and where.</summary>
/// <param name="File">The path given to <see cref="Template.Parse"/>.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Character in that line, from 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Excerpt">The line itself and below it a caret under the column.</param>
public sealed record LogMessage(string File, int Line, int Column, string Message, string Excerpt)
{
    /// <summary><c>file:line:column: message</c>, the line, and a caret under the column.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}\n{Excerpt}");
}
