using System.Globalization;
using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

sealed partial class Parser
{
    static bool StartsOperand(Token token) => token.Kind switch
    {
        TokenKind.Identifier or TokenKind.Integer or TokenKind.Number or TokenKind.String or TokenKind.InterpolationStart => true,
        TokenKind.Operator => token.Text is "(" or "[" or "{" or "!" or "-" or "+" or "@" or "^" or "++" or "--",
        _ => false,
    };

    /// <summary>A value with the members, items and arguments in parentheses that directly follow it.</summary>
    Expression ParseOperand(bool mayCall)
    {
        var operand = ParsePrimary();
        for (var length = 0; ; length++)
        {
            if (length > LongestChain) throw ParseException.Refuse(Current.Offset, "A path this long");
            var token = Current;
            if (token.Is(".") || token.Is("?.")) operand = ParseMember(operand);
            else if (token.Is("[") && !token.SpaceBefore && operand is PathExpression or Literal or Call or Nested or Interpolation) operand = ParseIndexer(operand);
            else if (token.Is("(") && !token.SpaceBefore && operand is PathExpression path) operand = ParseArguments(path, mayCall);
            else if (token.Is("++") || token.Is("--")) throw ParseException.Refuse(token.Offset, $"`{token.Text}`");
            else return operand;
        }
    }

    Expression ParsePrimary()
    {
        var token = Take();
        var place = Place(token);
        return token.Kind switch
        {
            TokenKind.Identifier => ParseName(token),
            TokenKind.Integer => new Literal(place, ParseInteger(token)),
            TokenKind.Number => new Literal(place, ParseNumber(token)),
            TokenKind.String => new Literal(place, token.Text),
            TokenKind.InterpolationStart => ParseInterpolation(place),
            TokenKind.Operator => token.Text switch
            {
                "(" => ParseNested(place),
                "[" => ParseArray(place),
                "{" => ParseObject(place),
                "@" => ParseAlias(token),
                "!" or "-" or "+" => new Unary(place, token.Text, ParseExpression(Reading.Whole with { Least = UnaryPrecedence })),
                "^" or "++" or "--" => throw ParseException.Refuse(token.Offset, token.ToString()),
                _ => throw Missing(token),
            },
            _ => throw Missing(token),
        };
    }

    static ParseException Missing(Token token) => new(token.Offset, $"A value is expected here instead of {token}.");

    Expression ParseName(Token token)
    {
        var place = Place(token);
        if (token.Text is "null" or "true" or "false")
            return new Literal(place, token.Text == "null" ? null : Values.Kinds.Of(token.Text == "true"));
        if (token.Text == "for" && Current.Is(".")) return ParseLoopMember(place);
        if (token.Text[0] == '$' && _hasParameters && (token.Text == "$" || char.IsAsciiDigit(token.Text[1])))
            throw ParseException.Refuse(token.Offset, $"`{token.Text}` in a function with parameters");
        if (token.Text is "$") return new Variable(place, "$");
        if (token.Text[0] == '$' && char.IsAsciiDigit(token.Text[1])) return ParseArgumentNumber(token);
        CheckName(token.Text, token);
        return new Variable(place, token.Text);
    }

    Indexer ParseArgumentNumber(Token token)
        => int.TryParse(token.Text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(Place(token), new Variable(Place(token), "$"), new Literal(Place(token), (long)number))
            : throw ParseException.Refuse(token.Offset, $"`{token.Text}`");

    LoopMember ParseLoopMember(Position place)
    {
        if (_loops == 0) throw new ParseException(place.Offset, "`for.` stands in no loop.");
        Take();
        var name = ExpectName("`index`, `rindex`, `first`, `last`, `even`, `odd`, `length` or `changed`");
        return LoopState.Names.Contains(name) ? new(place, name) : throw ParseException.Refuse(place.Offset, $"`for.{name}`");
    }

    static long ParseInteger(Token token)
        => long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ParseException.Refuse(token.Offset, "A whole number beyond 64 bits");

    static object ParseNumber(Token token)
    {
        var digits = token.Text.AsSpan().TrimEnd("mMdD");
        if (token.Text[^1] is not ('m' or 'M')) return double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ParseException.Refuse(token.Offset, "A decimal of this size");
    }

    Expression ParseMember(Expression target)
    {
        var dot = Take();
        var name = ExpectName("The name of a member");
        if (name is "empty" or "blank" && Current.Is("?"))
        {
            Take();
            return dot.Text == "." && name == "empty" ? new IsEmpty(Place(dot), target) : throw ParseException.Refuse(dot.Offset, $"`{dot.Text}{name}?`");
        }
        if (name[0] == '$') throw ParseException.Refuse(dot.Offset, "A member with $");
        return new Member(Place(dot), target, name, dot.Text == "?." || target is Member { IsOptional: true });
    }

    Indexer ParseIndexer(Expression target)
    {
        var bracket = Take();
        var index = ParseExpression();
        Expect("]");
        return new(Place(bracket), target, index);
    }

    Call ParseArguments(PathExpression target, bool mayCall)
    {
        if (!mayCall) throw ParseException.Refuse(Current.Offset, "A call with parentheses inside an argument, without parentheses around it");
        Take();
        var arguments = new List<Argument>();
        while (!Accept(")"))
        {
            if (arguments.Count > 0) Expect(",");
            var name = Current.Kind == TokenKind.Identifier && Peek().Is(":") ? Take().Text : null;
            if (name is not null) Expect(":");
            else if (arguments is [.., { Name: not null }]) throw ParseException.Refuse(Current.Offset, "An argument without a name behind one with");
            arguments.Add(new(name, ParseExpression()));
        }
        return new(target.Position, target, arguments);
    }

    Alias ParseAlias(Token sign)
        => Deeper(() => ParseOperand(mayCall: false)) is PathExpression path ? new(Place(sign), path) : throw ParseException.Refuse(sign.Offset, "`@` before something else than a name");

    Nested ParseNested(Position place)
    {
        var inner = ParseExpression();
        Expect(")");
        return new(place, inner);
    }
}
