namespace P1Bridge.Templating.Syntax;

/// <summary>Cuts a template into text, code blocks and escape blocks, and applies the white-space control at their borders.</summary>
sealed class Lexer
{
    readonly string _text;
    readonly List<Token> _tokens = [];
    int _at;

    Lexer(string text) => _text = text;

    public static List<Token> Run(string text)
    {
        if (text.IndexOf('\0', StringComparison.Ordinal) is var zero and >= 0) throw ParseException.Refuse(zero, "A null character");
        var lexer = new Lexer(text);
        lexer.Blocks();
        lexer._tokens.Add(new(TokenKind.EndOfFile, text.Length, "", false));
        return lexer._tokens;
    }

    void Blocks()
    {
        var strip = ' ';
        while (true)
        {
            var open = NextOpening();
            var mode = open < 0 ? ' ' : ModeAt(open);
            var last = AddText(_at, open < 0 ? _text.Length : open, strip, mode);
            if (open < 0) return;
            strip = _text[open + 1] == '{' ? Code(open, mode, last) : Escape(open, mode);
        }
    }

    int NextOpening()
    {
        for (var i = _text.IndexOf('{', _at); i >= 0; i = _text.IndexOf('{', i + 1))
            if (i + 1 < _text.Length && (_text[i + 1] == '{' || PercentsAt(i) > 0))
                return i;
        return -1;
    }

    /// <summary>The length of <c>%%</c> in <c>{%%{</c>, 0 if that is not what stands here.</summary>
    int PercentsAt(int open)
    {
        var i = open + 1;
        while (i < _text.Length && _text[i] == '%') i++;
        return i < _text.Length && _text[i] == '{' ? i - open - 1 : 0;
    }

    char ModeAt(int open)
    {
        var i = open + PercentsAt(open) + 2;
        return i < _text.Length && _text[i] is '-' or '~' ? _text[i] : ' ';
    }

    /// <summary>Adds what is left of a stretch of text; tells whether anything was and where it ends.</summary>
    int AddText(int start, int end, char before, char after)
    {
        if (before == '-')
            while (start < end && char.IsWhiteSpace(_text[start])) start++;
        if (before == '~') start = AfterLine(start, end);
        if (after == '-')
            while (end > start && char.IsWhiteSpace(_text[end - 1])) end--;
        if (after == '~')
            while (end > start && _text[end - 1] != '\n' && char.IsWhiteSpace(_text[end - 1])) end--;
        if (start == end) return -1;
        _tokens.Add(new(TokenKind.Text, start, _text[start..end], false));
        return end;
    }

    /// <summary>Behind white space up to and including the first line break.</summary>
    int AfterLine(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(_text[start]))
            if (_text[start++] == '\n')
                break;
        return start;
    }

    char Code(int open, char mode, int textEnd)
    {
        var indent = textEnd == open && mode == ' ' ? IndentBefore(open) : "";
        _tokens.Add(new(TokenKind.CodeEnter, open, indent, false));
        var code = new CodeLexer(_text, open + (mode == ' ' ? 2 : 3), _tokens);
        code.RunBlock();
        _at = code.At;
        var exit = _tokens[^1];
        return exit.Text[0] is '-' or '~' ? exit.Text[0] : ' ';
    }

    /// <summary>The white space between the start of the line and a code block, if nothing else stands there.</summary>
    string IndentBefore(int open)
    {
        var start = open;
        while (start > 0 && _text[start - 1] != '\n' && char.IsWhiteSpace(_text[start - 1])) start--;
        return start == 0 || _text[start - 1] == '\n' ? _text[start..open] : "";
    }

    char Escape(int open, char mode)
    {
        var percents = PercentsAt(open);
        var start = open + percents + (mode == ' ' ? 2 : 3);
        var closing = $"}}{new string('%', percents)}}}";
        var end = _text.IndexOf(closing, start, StringComparison.Ordinal);
        if (end < 0) throw new ParseException(open, $"The escape block is not closed by {closing}.");
        _at = end + closing.Length;
        var strip = end > start && _text[end - 1] is '-' or '~' ? _text[end - 1] : ' ';
        _tokens.Add(new(TokenKind.Escaped, start, _text[start..(strip == ' ' ? end : end - 1)], false));
        return strip;
    }
}
