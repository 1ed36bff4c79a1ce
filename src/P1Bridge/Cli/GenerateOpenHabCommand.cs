using System.CommandLine;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Generation;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge generate-openhab</c>: things, items and a sitemap for the meter that is connected.</summary>
static class GenerateOpenHabCommand
{
    public static Command Create()
    {
        var arguments = new GenerateOpenHabArguments();
        var command = new Command("generate-openhab", "Write openHAB things, items, sitemap, rules and persistence for the connected meter");
        arguments.AddTo(command);
        command.SetAction((result, _) =>
        {
            var request = arguments.Read(result);
            return RunAsync(request);
        });
        return command;
    }

    static async Task<int> RunAsync(OpenHabRequest request)
    {
        if (request.Problem is { } problem)
        {
            Console.Error.WriteLine($"p1bridge: {problem}");
            return ExitCodes.Usage;
        }
        using var interruption = new Interruption();
        var catalogue = CatalogueLoader.Load();
        var templates = new TemplateFolder(request.Templates);
        templates.Check();
        // Before the meter is waited for.
        if (request.Output is { } output && !request.IsCheck) CheckFolder(output, request.Force);
        var meters = request.FromBroker
            ? await GenerationInput.FromBrokerAsync(request.Options, catalogue, interruption.Token)
            : await GenerationInput.FromTelegramsAsync(request.Options, catalogue, interruption.Token);
        if (meters is null) return interruption.Token.IsCancellationRequested ? interruption.ExitCode : ExitCodes.Failed;
        try
        {
            return Generate(request, catalogue, templates, meters);
        }
        catch (TemplateException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.Failed;
        }
    }

    static int Generate(OpenHabRequest request, Catalogue catalogue, TemplateFolder templates, IReadOnlyList<ModelMeter> meters)
    {
        var model = TemplateModel.Of(catalogue, meters, request.Model);
        if (request.ModelFile is { } file) WriteModel(file, model);
        if (request.Output is not { } output) return ExitCodes.Done;
        var files = OpenHabFiles.Render(templates, model, $"{BridgeReports.Version}: {request.Model.Command}", request.AsYaml);
        var folder = new GeneratedFolder(output);
        var found = folder.Compare([.. files, .. OpenHabFiles.Unwanted(request.AsYaml)]);
        foreach (var line in templates.Misspelt())
            Console.Error.WriteLine($"p1bridge: {line}");
        if (request.IsCheck) return GenerationReport.Check(folder, found, Console.Out);
        var code = GenerationReport.Write(folder, found, request.Force, Console.Out, Console.Error);
        if (code != ExitCodes.Done) return code;
        foreach (var note in OpenHabNotes.For(request.Model))
            Console.Out.WriteLine($"Note: {note}");
        return code;
    }

    static void WriteModel(string file, TemplateMap model)
    {
        if (file == "-") Console.Out.Write(ModelJson.Write(model));
        else
        {
            if (Directory.Exists(file)) throw new IOException($"{file} is a directory; name a file in it.");
            File.WriteAllText(file, ModelJson.Write(model));
        }
    }

    /// <summary>Files in any other folder would be read by nobody, and it is easy to name the wrong one.</summary>
    static void CheckFolder(string folder, bool force)
    {
        if (File.Exists(folder)) throw new IOException($"{folder} is a file; --output is openHAB's conf folder, such as /etc/openhab.");
        if (force || !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) return;
        if (OpenHabFiles.ConfigurationFolders.Any(name => Directory.Exists(Path.Combine(folder, name)))) return;
        throw new IOException(
            $"{folder} is no openHAB conf folder: there is neither things nor items nor sitemaps in it. Name openHAB's (such as /etc/openhab), a new one, or add --force.");
    }
}
