using P1Bridge.Templating.Syntax;

namespace P1Bridge.Templating;

/// <summary>What a template can call.</summary>
abstract class ScriptFunction
{
    public abstract object? Call(TemplateContext context, Position position, Arguments arguments);
}

/// <summary>The values of a call: in order, and by name.</summary>
readonly record struct Arguments(IReadOnlyList<object?> Values, IReadOnlyList<(string Name, object? Value)> Named);
