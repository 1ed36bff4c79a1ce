namespace P1Bridge.Templating;

/// <summary>Finds the templates that <c>include</c> names.</summary>
public interface ITemplateLoader
{
    /// <summary>The path of a template, used in messages and to parse each template once.</summary>
    /// <param name="context">The context that renders.</param>
    /// <param name="callerPath">The path of the template that includes.</param>
    /// <param name="templateName">The name as the template says it.</param>
    string GetPath(TemplateContext context, string callerPath, string templateName);

    /// <summary>The text of the template at a path, or null if there is none.</summary>
    string? Load(TemplateContext context, string callerPath, string templatePath);
}
