using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

sealed partial class Parser
{
    ArrayExpression ParseArray(Position place)
    {
        var items = new List<Expression>();
        ParseList("]", () => items.Add(ParseExpression()));
        return new(place, items);
    }

    ObjectExpression ParseObject(Position place)
    {
        var members = new List<(string, Expression)>();
        ParseList("}", () =>
        {
            var name = Current;
            if (name.Kind is not (TokenKind.Identifier or TokenKind.String) || (name.Kind == TokenKind.Identifier && name.Text[0] == '$')) throw Unexpected("The name of a member");
            Take();
            Expect(":");
            members.Add((name.Text, ParseExpression()));
        });
        return new(place, members);
    }

    /// <summary>Reads what stands between commas up to the closing sign; line breaks mean nothing there.</summary>
    void ParseList(string closing, Action readItem)
    {
        _lineBreaksHidden++;
        for (var isFirst = true; !Current.Is(closing); isFirst = false)
        {
            if (!isFirst)
            {
                Expect(",");
                // A comma may also stand behind the last one.
                if (Current.Is(closing)) break;
            }
            readItem();
        }
        _lineBreaksHidden--;
        // Not by Take, which would skip the line break that ends the statement of an outer list's item.
        _at++;
    }

    Interpolation ParseInterpolation(Position place)
    {
        var parts = new List<Expression>();
        while (Take() is var token && token.Kind != TokenKind.InterpolationEnd)
        {
            if (token.Kind == TokenKind.String) parts.Add(new Literal(Place(token), token.Text));
            else parts.Add(ParseInterpolated());
        }
        return new(place, parts);
    }

    Expression ParseInterpolated()
    {
        var value = ParseExpression();
        return Take() is { Kind: TokenKind.InterpolationClose } ? value : throw new ParseException(tokens[_at - 1].Offset, "The braces in the string hold one value.");
    }
}
