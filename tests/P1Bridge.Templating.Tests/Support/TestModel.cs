namespace P1Bridge.Templating.Tests.Support;

/// <summary>The variables of the cases, and the templates that they include.</summary>
static class TestModel
{
    public static TemplateContext Context()
    {
        var context = new TemplateContext { TemplateLoader = new CaseLoader() };
        context.PushGlobal(Variables());
        context.PushGlobal([]);
        return context;
    }

    public static ScriptObject Variables() => new()
    {
        ["title"] = "Home",
        ["n"] = 5,
        ["f"] = 2.5,
        ["dec"] = 1.50m,
        ["big"] = 123456789012L,
        ["yes"] = true,
        ["no"] = false,
        ["nul"] = null,
        ["date0"] = new DateTime(2024, 2, 29, 13, 5, 9, 40),
        ["items"] = new ScriptArray(
        [
            new ScriptObject { ["id"] = "a", ["name"] = "Alpha", ["v"] = 1.25, ["unit"] = "kWh", ["tags"] = new[] { "x", "y" } },
            new ScriptObject { ["id"] = "b", ["name"] = "Beta \"q\"", ["v"] = 3, ["unit"] = null, ["tags"] = Array.Empty<string>() },
            new ScriptObject { ["id"] = "c", ["name"] = "", ["v"] = -2, ["tags"] = null },
        ]),
        ["list"] = new[] { 3, 1, 2 },
        ["words"] = new[] { "pear", "Apple", "fig" },
        ["o"] = new Dictionary<string, object?> { ["k"] = "v", ["n"] = new Dictionary<string, object?> { ["m"] = 7 } },
        ["text"] = "line1\nline2\n",
    };

    sealed class CaseLoader : ITemplateLoader
    {
        public string GetPath(TemplateContext context, string callerPath, string templateName) => $"includes/{templateName}.txt";

        public string? Load(TemplateContext context, string callerPath, string templatePath)
            => Path.Combine(CaseTests.Folder, templatePath) is var path && File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
