using System.CommandLine;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Generation;

namespace P1Bridge.Cli;

/// <summary>
/// <c>p1bridge generate</c>: the files of the project that come from templates, and <c>p1bridge generate-dashboard</c>: one of them, Home
/// Assistant's dashboard, for the meter that is connected.
/// </summary>
static class GenerateCommand
{
    static readonly Option<string?> From = new("--from") { Description = "Take the telegrams from a file instead of the configured meter", HelpName = "FILE" };
    static readonly Option<bool> FromBroker = new("--from-broker") { Description = "Take what a running bridge has published, from the configured broker" };
    static readonly Option<string?> Language = new("--language") { Description = "Language of the labels: en, nl, fr or de (default: that of Home Assistant's names)", HelpName = "en|nl|fr|de" };
    static readonly Option<string?> Templates = new("--templates") { Description = "Folder of your own templates; each one there takes the place of the built-in one", HelpName = "DIR" };
    static readonly Option<bool> Force = new("--force") { Description = "Also overwrite files that were changed by hand; a copy is kept" };
    static readonly Option<bool> Check = new("--check") { Description = "Write nothing; exit with 1 and show the difference when a file is stale or changed by hand" };

    /// <summary><c>generate</c>.</summary>
    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { Description = "Folder for config/measurements.md and homeassistant/dashboard.yaml", HelpName = "DIR", Required = true };
        return Create("generate", "Write the table of measurements and the Home Assistant dashboard from their templates", output, result => new Target(result.GetRequiredValue(output), ProjectFiles.All, null));
    }

    /// <summary><c>generate-dashboard</c>.</summary>
    public static Command CreateDashboard()
    {
        var output = new Option<string>("--output", "-o") { Description = "The file to write; - for standard output", DefaultValueFactory = static _ => "-", HelpName = "FILE" };
        return Create("generate-dashboard", "Write a Home Assistant dashboard for the connected meter", output, result =>
        {
            var path = result.GetRequiredValue(output);
            return path == "-" ? new Target(null, [ProjectFiles.Dashboard], null) : new Target(Path.GetDirectoryName(Path.GetFullPath(path))!, [ProjectFiles.Dashboard], Path.GetFileName(path));
        });
    }

    /// <summary>Where to write what.</summary>
    /// <param name="Folder">Null: standard output.</param>
    /// <param name="Files">Which files.</param>
    /// <param name="FileName">The name of the one file, where the user chose it.</param>
    sealed record Target(string? Folder, IReadOnlyList<string> Files, string? FileName);

    static Command Create(string name, string description, Option<string> output, Func<ParseResult, Target> targetOf)
    {
        Language.AcceptOnlyFromAmong([.. Core.Measurements.Names.Languages]);
        var arguments = new ConfigurationArguments();
        var command = new Command(name, description) { From, FromBroker, output, Check, Force, Language, Templates };
        command.Validators.Add(static result =>
        {
            if (result.GetResult(From) is not null && result.GetResult(FromBroker) is { Implicit: false }) result.AddError("--from and --from-broker are two sources; choose one");
        });
        var keys = new DecryptionArguments();
        keys.AddTo(command, From);
        arguments.AddTo(command);
        command.SetAction((result, _) =>
        {
            IReadOnlyList<string> more = result.GetValue(From) is { } file ? [$"meters.0.source=file:{file}", .. ConfigurationArguments.WithoutOutputs] : ConfigurationArguments.WithoutOutputs;
            var options = arguments.Load(result, result.GetValue(FromBroker) ? GenerationInput.WithoutMeter : more).Options;
            if (result.GetValue(From) is not null) options = options with { Meters = [keys.ApplyTo(options.Meters[0], result)] };
            options = options with { OpenHab = options.OpenHab with { Language = result.GetValue(Language) ?? options.HomeAssistant.Language } };
            return RunAsync(options, result, targetOf(result), name);
        });
        return command;
    }

    static async Task<int> RunAsync(BridgeOptions options, ParseResult result, Target target, string command)
    {
        using var interruption = new Interruption();
        var catalogue = CatalogueLoader.Load();
        var templates = new TemplateFolder(result.GetValue(Templates));
        templates.Check();
        var meters = result.GetValue(FromBroker)
            ? await GenerationInput.FromBrokerAsync(options, catalogue, interruption.Token)
            : await GenerationInput.FromTelegramsAsync(options, catalogue, interruption.Token);
        if (meters is null) return interruption.Token.IsCancellationRequested ? interruption.ExitCode : ExitCodes.Failed;
        try
        {
            var model = TemplateModel.Of(catalogue, meters, OpenHabSettings.ModelOf(options) with { Command = $"p1bridge {command} --language {options.OpenHab.Language}" });
            return Write(target, templates, model, result);
        }
        catch (TemplateException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.Failed;
        }
    }

    static int Write(Target target, TemplateFolder templates, TemplateMap model, ParseResult result)
    {
        var texts = target.Files.ToDictionary(static path => path, path => ProjectFiles.Render(templates, model, path));
        foreach (var line in templates.Misspelt())
            Console.Error.WriteLine($"p1bridge: {line}");
        if (target.Folder is not { } output)
        {
            Console.Out.Write(texts[target.Files[0]]);
            return ExitCodes.Done;
        }
        var program = (TemplateMap)model["program"]!;
        var files = target.Files.Select(path => GeneratedFile.Of(target.FileName ?? path, texts[path], $"{BridgeReports.Version}: {program["command"]}"));
        var folder = new GeneratedFolder(output);
        var found = folder.Compare(files);
        return result.GetValue(Check) ? GenerationReport.Check(folder, found, Console.Out) : GenerationReport.Write(folder, found, result.GetValue(Force), Console.Out, Console.Error);
    }
}
