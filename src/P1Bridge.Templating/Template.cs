using P1Bridge.Templating.Nodes;
using P1Bridge.Templating.Syntax;

namespace P1Bridge.Templating;

/// <summary>A template, read once and rendered as often as needed. It has no state: several threads may render it, each with a context of its own.</summary>
public sealed class Template
{
    Template(string? path, Block? body, IReadOnlyList<LogMessage> messages) => (SourceFilePath, Body, Messages) = (path, body, messages);

    /// <summary>The path that messages name.</summary>
    public string? SourceFilePath { get; }

    /// <summary>Whether the text is no template of the supported language; then it cannot be rendered.</summary>
    public bool HasErrors => Messages.Count > 0;

    /// <summary>The first mistake, if there is one: what follows it would be guesses.</summary>
    public IReadOnlyList<LogMessage> Messages { get; }

    internal Block? Body { get; }

    /// <summary>Reads a template; mistakes are in <see cref="Messages"/>.</summary>
    /// <param name="text">The template.</param>
    /// <param name="sourceFilePath">Where it is from, for messages.</param>
    public static Template Parse(string text, string? sourceFilePath = null)
    {
        var source = new SourceText(text, sourceFilePath ?? "template");
        try
        {
            return new(sourceFilePath, new Parser(source, Lexer.Run(text)).Page(), []);
        }
        catch (ParseException mistake)
        {
            return new(sourceFilePath, null, [source.Message(mistake.Offset, mistake.Message)]);
        }
    }

    /// <summary>Renders with the members of an object as variables.</summary>
    /// <exception cref="InvalidOperationException">The template has errors.</exception>
    /// <exception cref="ScriptRuntimeException">It cannot be rendered with these values.</exception>
    public string Render(ScriptObject? model = null)
    {
        var context = new TemplateContext();
        context.PushGlobal(model ?? []);
        // What the template assigns goes here and not into the caller's object.
        context.PushGlobal([]);
        return Render(context);
    }

    /// <summary>Renders with a context; what the template assigns stays in its last global object.</summary>
    /// <exception cref="InvalidOperationException">The template has errors.</exception>
    /// <exception cref="ScriptRuntimeException">It cannot be rendered with these values.</exception>
    public string Render(TemplateContext context)
        => context.RenderPage(Body ?? throw new InvalidOperationException($"The template has errors.\n{string.Join('\n', Messages)}"));
}
