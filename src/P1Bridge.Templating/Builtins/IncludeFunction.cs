using P1Bridge.Templating.Nodes;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>include name arguments...</c>: another template's text, with the variables of this one and <c>$</c> of its own.</summary>
sealed class IncludeFunction : ScriptFunction
{
    public override object? Call(TemplateContext context, Position position, Arguments arguments)
    {
        if (arguments.Values.Count == 0) throw position.Error("`include` takes the name of a template.");
        if (context.TemplateLoader is not { } loader) throw position.Error("`include` finds no template: there is no TemplateLoader.");
        var caller = position.Source.Path;
        var path = loader.GetPath(context, caller, TextForm.Of(arguments.Values[0]));
        context.Enter(position);
        var (scopes, loop) = (context.Scopes, context.Scopes.Loop);
        var template = context.Included(path, caller, position);
        var outer = scopes.PushFrame(null);
        try
        {
            scopes.SetLocal("$", UserFunction.List(arguments, position));
            foreach (var (name, value) in arguments.Named) scopes.SetLocal($"${name}", value);
            var text = context.Capture(() => template.Body!.Execute(context), isPage: true);
            // A value returned by the page is written like any other.
            if (context.Flow == Flow.Return) text += TextForm.Of(context.Returned);
            (context.Flow, context.Returned) = (Flow.Next, null);
            return text;
        }
        finally
        {
            scopes.PopFrame(outer);
            scopes.Loop = loop;
            context.Leave();
        }
    }
}
