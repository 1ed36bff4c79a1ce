using System.Collections.Immutable;

namespace P1Bridge.Generation;

/// <summary>Files that are made from templates and are not openHAB's. The path of a template is the path of its result.</summary>
static class ProjectFiles
{
    public const string Dashboard = "homeassistant/dashboard.yaml";
    public const string Measurements = "config/measurements.md";

    public static readonly ImmutableArray<string> All = [Measurements, Dashboard];

    /// <summary>What the template of a file renders.</summary>
    /// <exception cref="TemplateException">The template is wrong.</exception>
    public static string Render(TemplateFolder templates, TemplateMap model, string path) => templates.Open($"{path}.scriban").Render(TemplateEngine.Import(model));
}
