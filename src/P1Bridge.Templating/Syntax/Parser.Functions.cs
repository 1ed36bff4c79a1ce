using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

sealed partial class Parser
{
    FunctionDefinition ParseFunction(Token start)
    {
        var name = Current;
        ExpectName("A name");
        CheckName(name.Text, name);
        var parameters = Current.Is("(") && !Current.SpaceBefore ? ParseParameters() : null;
        ExpectEndOfStatement();
        var function = new UserFunction(name.Text, parameters);
        var outer = (_loops, _hasParameters);
        (_loops, _hasParameters) = (0, parameters is not null);
        function.Body = ParseBlock();
        (_loops, _hasParameters) = outer;
        ParseEnd(start);
        return new(Place(start), new(Place(name), name.Text), function);
    }

    List<Parameter> ParseParameters()
    {
        var result = new List<Parameter>();
        Expect("(");
        while (!Accept(")"))
        {
            if (result.Count > 0) Expect(",");
            var start = Current;
            var parameter = ParseParameter();
            if (result.Exists(other => other.Name == parameter.Name || other.IsRest))
                throw new ParseException(start.Offset, "This parameter cannot stand here: its name is taken, or the one before takes all the rest.");
            if (result is [.., { HasDefault: true }] && parameter is { HasDefault: false, IsRest: false })
                throw ParseException.Refuse(start.Offset, "A parameter without a default behind one with");
            result.Add(parameter);
        }
        return result;
    }

    Parameter ParseParameter()
    {
        var name = Current;
        ExpectName("The name of a parameter");
        CheckName(name.Text, name);
        if (name.Text[0] == '$') throw ParseException.Refuse(name.Offset, "A parameter with $");
        if (Accept("...")) return new(name.Text, false, null, true);
        if (!Accept("=")) return new(name.Text, false, null, false);
        return ParseOperand(mayCall: false) is Literal literal
            ? new Parameter(name.Text, true, literal.Value, false)
            : throw ParseException.Refuse(name.Offset, "A default that is no plain value");
    }

    /// <summary>Refuses names that mean something else.</summary>
    static void CheckName(string name, Token token)
    {
        if (Refused.Contains(name) || name is "this" or "empty" or "blank" or "$$") throw ParseException.Refuse(token.Offset, $"`{name}`");
        if (Keywords.Contains(name) || name is "in" or "null" or "true" or "false")
            throw ParseException.Refuse(token.Offset, $"`{name}` as the name of a variable");
        if (name == "$" || (name[0] == '$' && char.IsAsciiDigit(name[1]))) throw ParseException.Refuse(token.Offset, $"Assigning to `{name}`");
    }
}
