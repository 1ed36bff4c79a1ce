namespace P1Bridge.Templating.Syntax;

/// <summary>Cuts what stands between <c>{{</c> and <c>}}</c>, or between the braces of an interpolated string.</summary>
sealed class CodeLexer(string text, int at, List<Token> tokens)
{
    /// <summary>Longest first: the first that fits is taken.</summary>
    static readonly string[] Operators =
    [
        "..<", "...", "//=", "&&", "||", "==", "!=", "<=", ">=", "??", "?!", "?.", "|>", "..", "//", "+=", "-=", "*=", "/=", "%=",
        "++", "--", "<<", ">>", "+", "-", "*", "/", "%", "<", ">", "=", "!", "?", ":", ";", ",", ".", "|", "@", "(", ")", "[", "]",
        "{", "}", "^", "&",
    ];

    /// <summary>Strings within the braces of strings.</summary>
    const int Deepest = 10;

    bool _space;
    int _depth;

    /// <summary>Braces of objects that are open: there, as in strings, the code block does not end.</summary>
    int _braces;

    public int At { get; private set; } = at;

    char Current => Peek(0);

    public void RunBlock()
    {
        var open = At;
        while (ExitLength() == 0) Step(open);
        Add(TokenKind.CodeExit, ExitLength());
    }

    /// <summary>Runs to the brace that closes an expression inside a string and stops behind it.</summary>
    void RunInterpolation()
    {
        var open = At;
        while (Current != '}')
        {
            if (Current == '{') throw ParseException.Refuse(At, "A brace within the braces of an interpolated string");
            Step(open);
        }
        Add(TokenKind.InterpolationClose, 1);
    }

    void Step(int open)
    {
        if (At >= text.Length) throw new ParseException(open, "The code block is not closed by }}.");
        if (White()) return;
        if (Current == '{') _braces++;
        if (Current == '}') _braces--;
        Next();
        _space = false;
    }

    /// <summary>The length of what ends the code block, 0 if that is not what stands here.</summary>
    int ExitLength()
    {
        var length = Current is '-' or '~' ? 3 : 2;
        return _braces == 0 && _depth == 0 && Peek(length - 2) == '}' && Peek(length - 1) == '}' ? length : 0;
    }

    bool White()
    {
        if (Current == '#') { Comment(); return true; }
        if (!char.IsWhiteSpace(Current)) return false;
        if (Current == '\r' && Peek(1) != '\n') throw ParseException.Refuse(At, "A carriage return without a line feed in code");
        if (Current == '\n') Add(TokenKind.NewLine, 1);
        else At++;
        return _space = true;
    }

    /// <summary>Both kinds of comment also end where the code block does.</summary>
    void Comment()
    {
        _space = true;
        var many = Peek(1) == '#';
        for (At += many ? 2 : 1; At < text.Length; At++)
        {
            if (many && Current == '#' && Peek(1) == '#') { At += 2; return; }
            if (!many && Current is '\r' or '\n') return;
            if (ExitLength() > 0) return;
        }
    }

    void Next()
    {
        if (char.IsAsciiDigit(Current)) Number();
        else if (char.IsAsciiLetter(Current) || Current is '_' or '$' && !(Peek(1) is '"' or '\'')) Word();
        else if (Current is '"' or '\'') String(At, 1);
        else if (Current == '`') Verbatim();
        else if (Current == '$') Interpolated();
        else Operator();
    }

    void Operator()
    {
        foreach (var candidate in Operators)
            if (text.AsSpan(At).StartsWith(candidate))
            {
                Add(TokenKind.Operator, candidate.Length);
                return;
            }
        throw new ParseException(At, $"The character `{Current}` has no meaning in code.");
    }

    void Word()
    {
        var length = 1;
        while (char.IsAsciiLetterOrDigit(Peek(length)) || Peek(length) == '_') length++;
        Add(TokenKind.Identifier, length);
    }

    void Number()
    {
        var length = 0;
        if (Current == '0' && Peek(1) is 'x' or 'X' or 'b' or 'B') throw ParseException.Refuse(At, "A hexadecimal or binary number");
        while (char.IsAsciiDigit(Peek(length))) length++;
        var isWhole = !(Peek(length) == '.' && char.IsAsciiDigit(Peek(length + 1)));
        if (!isWhole)
            for (length++; char.IsAsciiDigit(Peek(length));) length++;
        if (Peek(length) is 'm' or 'M' or 'd' or 'D') { length++; isWhole = false; }
        if (char.IsAsciiLetterOrDigit(Peek(length)) || Peek(length) == '_' || (Peek(length) == '.' && Peek(length + 1) != '.'))
            throw ParseException.Refuse(At, "A number with an exponent, a separator or another suffix than d and m");
        Add(isWhole ? TokenKind.Integer : TokenKind.Number, length);
    }

    void Verbatim()
    {
        var start = At++;
        var value = new System.Text.StringBuilder();
        for (; At < text.Length; At++)
        {
            if (Current == '`' && Peek(1) != '`') { At++; AddString(start, value.ToString()); return; }
            if (Current == '`') At++;
            value.Append(Current);
        }
        throw new ParseException(start, "The string is not closed by `.");
    }

    void String(int start, int prefix)
    {
        At = start + prefix;
        var value = StringReader.Read(text, start, At, text[At - 1], interpolated: false, out var end);
        At = end + 1;
        AddString(start, value);
    }

    void Interpolated()
    {
        var start = At;
        var quote = Peek(1);
        if (++_depth > Deepest) throw ParseException.Refuse(At, "Nesting strings this deep");
        Add(TokenKind.InterpolationStart, 2);
        while (true)
        {
            var value = StringReader.Read(text, start, At, quote, interpolated: true, out var end);
            tokens.Add(new(TokenKind.String, At, value, false));
            At = end;
            if (Current == quote) break;
            Add(TokenKind.InterpolationOpen, 1);
            RunInterpolation();
        }
        Add(TokenKind.InterpolationEnd, 1);
        _depth--;
    }

    void AddString(int start, string value) => tokens.Add(new(TokenKind.String, start, value, _space));

    void Add(TokenKind kind, int length)
    {
        tokens.Add(new(kind, At, text.Substring(At, length), _space));
        At += length;
    }

    char Peek(int ahead) => At + ahead < text.Length ? text[At + ahead] : '\0';
}
