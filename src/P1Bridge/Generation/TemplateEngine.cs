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
    readonly Includes _includes;

    TemplateEngine(Template template, Includes includes) => (_template, _includes) = (template, includes);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="name">Where it is from, for messages.</param>
    /// <param name="includes">What it may include; null: nothing.</param>
    /// <exception cref="TemplateException">It is no template of the language.</exception>
    public static TemplateEngine Parse(string text, string name, Includes? includes = null)
    {
        var template = Template.Parse(text, name);
        return template.HasErrors ? throw new TemplateException(string.Join('\n', template.Messages)) : new TemplateEngine(template, includes ?? new Includes(static _ => null));
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
        var context = _includes.Context;
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
        finally
        {
            context.PopGlobal();
            context.PopGlobal();
        }
    }

    /// <summary>What templates may include, each read once. Not for several threads at once.</summary>
    public sealed class Includes : ITemplateLoader
    {
        readonly Dictionary<string, string> _texts = [];
        readonly Func<string, FoundTemplate?> _find;

        /// <param name="find">Finds a template by the name that another one includes it by.</param>
        public Includes(Func<string, FoundTemplate?> find)
        {
            _find = find;
            Context = new TemplateContext { LoopLimit = LongestLoops, LimitToString = LongestText, TemplateLoader = this };
        }

        internal TemplateContext Context { get; }

        // Messages name the path.
        public string GetPath(TemplateContext context, string callerPath, string templateName)
        {
            if (_find(templateName) is not { } found) return templateName;
            _texts[found.Place] = found.Text;
            return found.Place;
        }

        public string? Load(TemplateContext context, string callerPath, string templatePath) => _texts.GetValueOrDefault(templatePath);
    }
}

/// <summary>A template's text, and where it is from.</summary>
readonly record struct FoundTemplate(string Text, string Place);
