using System.Collections.Immutable;

namespace P1Bridge.Generation;

/// <summary>The files that openHAB gets, each from its template.</summary>
static class OpenHabFiles
{
    /// <summary>Folders of openHAB's configuration; one of them tells that a folder is one.</summary>
    public static readonly ImmutableArray<string> ConfigurationFolders =
        ["things", "items", "sitemaps", "persistence", "rules", "transform", "scripts", "services", "automation", "html", "icons", "sounds", "yaml"];

    sealed record Row(string Template, string Path, bool IsExample = false);

    static readonly ImmutableArray<Row> Text =
    [
        new("openhab/p1bridge.things.scriban", "things/p1bridge.things"),
        new("openhab/p1bridge.items.scriban", "items/p1bridge.items"),
    ];

    static readonly ImmutableArray<Row> Yaml = [new("openhab/p1bridge.yaml.scriban", "yaml/p1bridge.yaml")];

    static readonly ImmutableArray<Row> Both =
    [
        new("openhab/p1bridge.sitemap.scriban", "sitemaps/p1bridge.sitemap"),
        new("openhab/p1bridge.rules.scriban", "rules/p1bridge.rules"),
        // One file per service: the user may well have it already.
        new("openhab/p1bridge.persist.scriban", "persistence/rrd4j.persist", IsExample: true),
    ];

    /// <summary>Renders all files.</summary>
    /// <param name="templates">Where the templates are from.</param>
    /// <param name="model">The model.</param>
    /// <param name="program">Version and command, for the headers.</param>
    /// <param name="asYaml">Things and items as YAML, which openHAB 5.2 reads.</param>
    /// <exception cref="TemplateException">A template is wrong.</exception>
    public static IReadOnlyList<GeneratedFile> Render(TemplateFolder templates, TemplateMap model, string program, bool asYaml = false)
    {
        var imported = TemplateEngine.Import(model);
        return [.. (asYaml ? Yaml : Text).AddRange(Both).Select(row => Render(templates, row, imported, program))];
    }

    /// <summary>The files of the other form: things and items stand in one of the two, or openHAB has them twice.</summary>
    public static IEnumerable<GeneratedFile> Unwanted(bool asYaml) => (asYaml ? Text : Yaml).Select(static row => GeneratedFile.Unwanted(row.Path));

    static GeneratedFile Render(TemplateFolder templates, Row row, object model, string program)
        => GeneratedFile.Of(row.Path, templates.Open(row.Template).Render(model), program) with { IsExample = row.IsExample };
}
