using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

sealed partial class Parser
{
    static readonly HashSet<string> Refused = ["while", "tablerow", "with", "wrap", "import", "readonly", "do"];
    static readonly HashSet<string> Keywords = ["if", "else", "end", "for", "case", "when", "break", "continue", "func", "capture", "ret"];

    /// <summary>Reads up to <c>end</c>, <c>else</c>, <c>when</c> or the end of the template, whichever comes first, and leaves that.</summary>
    Block ParseBlock()
    {
        var start = Current;
        var statements = new List<(Statement, string?)>();
        string? indent = null;
        while (Current is { Kind: not TokenKind.EndOfFile } token && !EndsBlock(token))
            switch (token.Kind)
            {
                case TokenKind.Text: statements.Add((Text(), indent)); break;
                case TokenKind.Escaped: statements.Add((Text(), "")); break;
                case TokenKind.CodeEnter: indent = Take().Text; break;
                case TokenKind.CodeExit: Take(); indent = null; break;
                case TokenKind.NewLine: Take(); break;
                case var _ when token.Is(";"): Take(); break;
                default: statements.Add((Deeper(ParseStatement), indent)); break;
            }
        return new(Place(start), statements);
    }

    static bool EndsBlock(Token token) => token.IsWord("end") || token.IsWord("else") || token.IsWord("when");

    TextStatement Text()
    {
        var token = Take();
        return new(Place(token), token.Text);
    }

    Statement ParseStatement()
    {
        var token = Current;
        if (token.Kind != TokenKind.Identifier) return ParseExpressionStatement();
        if (Refused.Contains(token.Text)) throw ParseException.Refuse(token.Offset, $"`{token.Text}`");
        // With a dot it is the variable of a loop.
        if (!Keywords.Contains(token.Text) || Peek().Is(".")) return ParseExpressionStatement();
        Take();
        return token.Text switch
        {
            "if" => ParseIf(token),
            "for" => ParseFor(token),
            "case" => ParseCase(token),
            "capture" => ParseCapture(token),
            "func" => ParseFunction(token),
            "ret" => ParseReturn(token),
            _ => ParseJump(token),
        };
    }

    Statement ParseExpressionStatement()
    {
        var start = Current;
        var expression = ParseExpression();
        if (AssignmentSign(Current) is not { } sign)
        {
            ExpectEndOfStatement();
            return new OutputStatement(Place(start), expression);
        }
        if (expression is Call) throw ParseException.Refuse(start.Offset, "A function in one line");
        if (expression is not PathExpression target) throw new ParseException(start.Offset, "Only a variable, a member or an item can be assigned to.");
        var place = Place(Take());
        var value = ParseExpression();
        ExpectEndOfStatement();
        return new Assignment(place, target, sign.Length == 1 ? null : sign[..^1], value);
    }

    static string? AssignmentSign(Token token)
        => token.Kind == TokenKind.Operator && token.Text is "=" or "+=" or "-=" or "*=" or "/=" or "//=" or "%=" ? token.Text : null;

    If ParseIf(Token start)
    {
        var branches = new List<(Expression, Block)>();
        while (true)
        {
            branches.Add((ParseHead(), ParseBlock()));
            if (!Current.IsWord("else")) break;
            if (!Peek().IsWord("if")) return new(Place(start), branches, ParseElse());
            Take();
            Take();
        }
        ParseEnd(start);
        return new(Place(start), branches, null);
    }

    Expression ParseHead()
    {
        var head = ParseExpression();
        ExpectEndOfStatement();
        return head;
    }

    Block ParseElse()
    {
        var start = Take();
        ExpectEndOfStatement();
        var body = ParseBlock();
        ParseEnd(start);
        return body;
    }

    void ParseEnd(Token start)
    {
        if (!Current.IsWord("end"))
            throw Current.Kind == TokenKind.EndOfFile
                ? new(start.Offset, $"{start} has no `end`.")
                : new ParseException(Current.Offset, $"{Current} does not belong to the {start} before it.");
        Take();
        ExpectEndOfStatement();
    }

    For ParseFor(Token start)
    {
        var variable = ExpectName("A variable");
        CheckName(variable, tokens[_at - 1]);
        if (!Current.IsWord("in")) throw Unexpected("`in`");
        Take();
        var items = ParseExpression(Reading.Whole with { IsLoop = true });
        var parameters = ParseForParameters();
        ExpectEndOfStatement();
        _loops++;
        var body = ParseBlock();
        _loops--;
        if (Current.IsWord("else")) throw ParseException.Refuse(Current.Offset, "`else` of a loop");
        ParseEnd(start);
        return new(Place(start), variable, items, parameters, body);
    }

    ForParameters ParseForParameters()
    {
        var result = new ForParameters(null, null, false);
        while (Current.Kind == TokenKind.Identifier)
        {
            var name = Take();
            result = (name.Text, Accept(":")) switch
            {
                ("reversed", false) => result with { IsReversed = true },
                ("offset", true) => result with { Offset = ParseOperand(mayCall: false) },
                ("limit", true) => result with { Limit = ParseOperand(mayCall: false) },
                _ => throw ParseException.Refuse(name.Offset, $"`{name.Text}` as parameter of a loop"),
            };
        }
        return result;
    }

    Case ParseCase(Token start)
    {
        var value = ParseHead();
        var branches = new List<(IReadOnlyList<Expression>, Block)>();
        // Text between the case and its first branch is never written.
        var isOneTag = true;
        while (Current.Kind is TokenKind.Text or TokenKind.CodeEnter or TokenKind.CodeExit or TokenKind.NewLine || Current.Is(";"))
            isOneTag &= Take().Kind != TokenKind.CodeEnter;
        if (!Current.IsWord("when") && !Current.IsWord("end")) throw Unexpected("`when`");
        while (Current.IsWord("when"))
        {
            Take();
            branches.Add((ParseWhen(), ParseBlock()));
        }
        if (Current.IsWord("else")) return new(Place(start), value, isOneTag, branches, ParseElse());
        ParseEnd(start);
        return new(Place(start), value, isOneTag, branches, null);
    }

    List<Expression> ParseWhen()
    {
        var values = new List<Expression>();
        do values.Add(ParseExpression(Reading.Whole with { StopsAtOr = true }));
        while (Accept(",") || Accept("||"));
        ExpectEndOfStatement();
        return values;
    }

    Capture ParseCapture(Token start)
    {
        if (ParseExpression() is not PathExpression target) throw new ParseException(start.Offset, "What is captured goes to a variable, a member or an item.");
        ExpectEndOfStatement();
        var body = ParseBlock();
        ParseEnd(start);
        return new(Place(start), target, body);
    }

    Return ParseReturn(Token start)
    {
        var value = Current.EndsStatement ? null : ParseExpression();
        ExpectEndOfStatement();
        return new(Place(start), value);
    }

    Jump ParseJump(Token start)
    {
        if (EndsBlock(start)) throw new ParseException(start.Offset, $"{start} belongs to no block before it.");
        if (_loops == 0) throw new ParseException(start.Offset, $"{start} stands in no loop.");
        ExpectEndOfStatement();
        return new(Place(start), start.Text == "break" ? Flow.Break : Flow.Continue);
    }
}
