using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

/// <summary>Reads tokens into nodes by recursive descent. It stops at the first mistake.</summary>
sealed partial class Parser(SourceText source, List<Token> tokens)
{
    /// <summary>Brackets and blocks within each other; reading them takes stack.</summary>
    const int Deepest = 60;

    /// <summary>Operators and members in a row; computing them takes stack.</summary>
    const int LongestChain = 200;

    int _at;
    int _depth;
    int _lineBreaksHidden;
    int _loops;
    bool _hasParameters;

    Token Current
    {
        get
        {
            if (_lineBreaksHidden > 0) SkipLineBreaks();
            return tokens[_at];
        }
    }

    public Block Page()
    {
        var page = ParseBlock();
        return Current.Kind == TokenKind.EndOfFile ? page : throw new ParseException(Current.Offset, $"{Current} belongs to no block before it.");
    }

    Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.EndOfFile) _at++;
        return token;
    }

    /// <summary>The token behind the current one.</summary>
    Token Peek()
    {
        var (_, at) = (Current, _at);
        if (tokens[at].Kind != TokenKind.EndOfFile) at++;
        while (_lineBreaksHidden > 0 && tokens[at].Kind == TokenKind.NewLine) at++;
        return tokens[at];
    }

    bool Accept(string sign)
    {
        if (!Current.Is(sign)) return false;
        _at++;
        return true;
    }

    void Expect(string sign)
    {
        if (!Accept(sign)) throw Unexpected($"`{sign}`");
    }

    string ExpectName(string what)
    {
        if (Current.Kind != TokenKind.Identifier) throw Unexpected(what);
        return Take().Text;
    }

    void ExpectEndOfStatement()
    {
        if (Current.Is("<<") || Current.Is(">>") || Current.Is("&")) throw ParseException.Refuse(Current.Offset, $"{Current}");
        if (!Current.EndsStatement) throw Unexpected("The end of the statement");
        if (Current.Kind == TokenKind.NewLine || Current.Is(";")) _at++;
    }

    void SkipLineBreaks()
    {
        while (tokens[_at].Kind == TokenKind.NewLine) _at++;
    }

    ParseException Unexpected(string expected) => new(Current.Offset, $"{expected} is expected here instead of {Current}.");

    Position Place(Token token) => new(source, token.Offset);

    /// <summary>Reads what may contain itself.</summary>
    T Deeper<T>(Func<T> read)
    {
        if (++_depth > Deepest) throw ParseException.Refuse(Current.Offset, "Nesting this deep");
        var result = read();
        _depth--;
        return result;
    }
}
