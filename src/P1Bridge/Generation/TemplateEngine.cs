using P1Bridge.Templating;

namespace P1Bridge.Generation;

/// <summary>A template is wrong; the message has file, line, column, the line and a caret.</summary>
sealed class TemplateException(string message) : Exception(message);

/// <summary>
/// A template that was read. The only file that knows the template language's library: Scriban's own package takes its place by rewriting this file.
/// </summary>
sealed class TemplateEngine
{
    /// <summary>A catalogue has some hundred rows, and a template may go through them for each of several meters.</summary>
    const int LongestLoops = 1_000_000;
    const int LongestText = 16 * 1024 * 1024;

    readonly Template _template;
    readonly Func<string, FoundTemplate?>? _find;

    TemplateEngine(Template template, Func<string, FoundTemplate?>? find) => (_template, _find) = (template, find);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="name">Where it is from, for messages.</param>
    /// <param name="find">Finds an included template by name; null: none can be included.</param>
    /// <exception cref="TemplateException">It is no template of the language.</exception>
    public static TemplateEngine Parse(string text, string name, Func<string, FoundTemplate?>? find = null)
    {
        var template = Template.Parse(text, name);
        return template.HasErrors ? throw new TemplateException(string.Join('\n', template.Messages)) : new TemplateEngine(template, find);
    }

    /// <summary>What is wrong with a template's text; null when nothing is.</summary>
    public static string? ProblemOf(string text, string name) => Template.Parse(text, name) is { HasErrors: true } template ? string.Join('\n', template.Messages) : null;

    /// <summary>A model in the library's own form, to be rendered by several templates.</summary>
    public static object Import(TemplateMap model)
    {
        var result = new ScriptObject();
        foreach (var (name, value) in model)
            result[name] = value;
        return result;
    }

    /// <summary>Renders with what <see cref="Import"/> made.</summary>
    /// <exception cref="TemplateException">It cannot be rendered with this model.</exception>
    public string Render(object model)
    {
        var context = new TemplateContext { LoopLimit = LongestLoops, LimitToString = LongestText, TemplateLoader = _find is null ? null : new Loader(_find) };
        context.PushGlobal((ScriptObject)model);
        // What a template assigns must not reach the next one.
        context.PushGlobal([]);
        try
        {
            return _template.Render(context);
        }
        catch (ScriptRuntimeException exception)
        {
            throw new TemplateException(exception.Message);
        }
    }

    sealed class Loader(Func<string, FoundTemplate?> find) : ITemplateLoader
    {
        readonly Dictionary<string, string> _texts = [];

        // Messages name the path.
        public string GetPath(TemplateContext context, string callerPath, string templateName)
        {
            if (find(templateName) is not { } found) return templateName;
            _texts[found.Place] = found.Text;
            return found.Place;
        }

        public string? Load(TemplateContext context, string callerPath, string templatePath) => _texts.GetValueOrDefault(templatePath);
    }
}

/// <summary>A template's text, and where it is from.</summary>
readonly record struct FoundTemplate(string Text, string Place);
