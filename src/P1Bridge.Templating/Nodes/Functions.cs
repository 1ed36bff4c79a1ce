using System.Globalization;
using P1Bridge.Templating.Syntax;

namespace P1Bridge.Templating.Nodes;

/// <summary>A parameter of <c>func name(a, b = 1, c...)</c>.</summary>
readonly record struct Parameter(string Name, bool HasDefault, object? Default, bool IsRest);

/// <summary>Gives a function its name.</summary>
sealed class FunctionDefinition(Position position, Variable name, UserFunction function) : Statement(position)
{
    public override void Execute(TemplateContext context) => name.Assign(context, function);
}

/// <summary>A function of a template. With a list of parameters it has variables of its own; without one its arguments are in <c>$</c>.</summary>
sealed class UserFunction(string name, IReadOnlyList<Parameter>? parameters) : ScriptFunction
{
    /// <summary>Set once it is read; the body may call the function.</summary>
    public Block? Body { get; set; }

    public override object? Call(TemplateContext context, Position position, Arguments arguments)
    {
        context.Enter(position);
        context.Returned = null;
        var own = parameters is null ? null : Bind(parameters, position, arguments);
        var (scopes, loop) = (context.Scopes, context.Scopes.Loop);
        var outer = scopes.PushFrame(own);
        try
        {
            if (own is null) scopes.SetLocal("$", List(arguments, position));
            Body!.Execute(context);
            var result = context.Flow == Flow.Return ? context.Returned : null;
            (context.Flow, context.Returned) = (Flow.Next, null);
            return result;
        }
        finally
        {
            scopes.PopFrame(outer);
            scopes.Loop = loop;
            context.Leave();
        }
    }

    /// <summary>What <c>$</c> holds: the values as items, those with names as members.</summary>
    public static ScriptArray List(Arguments arguments, Position position)
    {
        var list = ScriptArray.Of(arguments.Values);
        foreach (var (key, value) in arguments.Named)
        {
            if (key == "size") throw position.Refuse("An argument named size");
            list.SetMember(key, value);
        }
        return list;
    }

    ScriptObject Bind(IReadOnlyList<Parameter> parameters, Position position, Arguments arguments)
    {
        var own = new ScriptObject();
        var next = 0;
        foreach (var parameter in parameters)
        {
            if (parameter.IsRest) own.Set(parameter.Name, ScriptArray.Of(arguments.Values.Skip(next)));
            else if (next < arguments.Values.Count) own.Set(parameter.Name, arguments.Values[next++]);
            else if (Named(arguments, parameter.Name, out var value)) own.Set(parameter.Name, value);
            else if (parameter.HasDefault) own.Set(parameter.Name, parameter.Default);
            else throw position.Error($"`{name}` needs a value for {parameter.Name}.");
            if (parameter.IsRest) next = arguments.Values.Count;
        }
        if (next < arguments.Values.Count)
            throw position.Error(string.Create(CultureInfo.InvariantCulture, $"`{name}` takes {parameters.Count} values, not {arguments.Values.Count}."));
        foreach (var (key, _) in arguments.Named)
            if (!parameters.Skip(arguments.Values.Count).Any(parameter => parameter.Name == key && !parameter.IsRest))
                throw position.Error($"`{name}` takes no value named {key} here.");
        return own;
    }

    static bool Named(Arguments arguments, string name, out object? value)
    {
        foreach (var (key, given) in arguments.Named)
            if (key == name) { value = given; return true; }
        value = null;
        return false;
    }
}
