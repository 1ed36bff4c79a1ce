namespace P1Bridge.Templating.Syntax;

enum TokenKind
{
    EndOfFile,
    Text,
    Escaped,
    CodeEnter,
    CodeExit,
    NewLine,
    Identifier,
    Integer,
    Number,
    String,
    InterpolationStart,
    InterpolationEnd,
    InterpolationOpen,
    InterpolationClose,
    Operator,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Text">Its meaning: a string without quotes and escapes, the indentation before a code block, else as written.</param>
/// <param name="SpaceBefore">Whether white space stands before it: <c>a [1]</c> calls a, <c>a[1]</c> takes an item of it.</param>
readonly record struct Token(TokenKind Kind, int Offset, string Text, bool SpaceBefore)
{
    public bool Is(string text) => Kind == TokenKind.Operator && Text == text;

    public bool IsWord(string text) => Kind == TokenKind.Identifier && Text == text;

    public bool EndsStatement => Kind is TokenKind.NewLine or TokenKind.CodeExit or TokenKind.EndOfFile || Is(";");

    public override string ToString() => Kind switch
    {
        TokenKind.EndOfFile => "the end of the template",
        TokenKind.CodeEnter => "{{",
        TokenKind.CodeExit => "}}",
        TokenKind.NewLine => "the end of the line",
        TokenKind.Text or TokenKind.Escaped => "text",
        _ => $"`{Text}`",
    };
}

/// <summary>Ends parsing at the first mistake.</summary>
sealed class ParseException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;

    public static ParseException Refuse(int offset, string what) => new(offset, Refusal.Of(what));
}
