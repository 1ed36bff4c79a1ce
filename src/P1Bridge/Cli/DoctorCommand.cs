using System.CommandLine;
using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge doctor</c>: listens, connects, and says in plain words what is wrong and what to do.</summary>
static class DoctorCommand
{
    /// <summary>A meter that sends every ten seconds must have had its chance.</summary>
    const int UsualSeconds = 12;

    const int LongestSeconds = 3600;

    /// <summary>What was asked for.</summary>
    sealed record Request(Func<string[], LoadedOptions> Load, MeterOptions? File, string? Bundle, int? Seconds, bool AsJson);

    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var from = new Option<string?>("--from") { Description = "Examine a recorded line instead of the configured meters and broker", HelpName = "FILE" };
        var bundle = new Option<string?>("--bundle") { Description = "Write a support bundle: diagnosis, masked configuration and line, versions", HelpName = "FILE.zip" };
        var seconds = WholeNumber.Option(
            "--seconds", null, 1, LongestSeconds, "Listen so long with each serial setting, also when telegrams are fine (default: 12, or until a telegram is complete)", "N");
        var format = new Option<string>("--format") { Description = "table or json", DefaultValueFactory = static _ => "table", HelpName = "table|json" };
        format.AcceptOnlyFromAmong("table", "json");
        var command = new Command("doctor", "Find out what is wrong: configuration, port, line, telegrams, broker") { from, bundle, seconds, format };
        arguments.AddTo(command);
        var keys = new DecryptionArguments();
        keys.AddTo(command, from);
        command.SetAction((result, _) => RunAsync(new Request(
            more => arguments.Load(result, more), result.GetValue(from) is { } file ? keys.ApplyTo(new MeterOptions { Source = new FileSourceOptions(file) }, result) : null, result.GetValue(bundle), result.GetValue(seconds), result.GetRequiredValue(format) == "json")));
        return command;
    }

    static async Task<int> RunAsync(Request request)
    {
        using var interruption = new Interruption();
        var catalogue = CatalogueLoader.Load();
        var view = new DoctorView(request.AsJson ? null : Terminal.Create(), Console.Error);
        var limit = new ListenLimit(TimeSpan.FromSeconds(request.Seconds ?? UsualSeconds), StopsAtTelegram: request.Seconds is null);
        var examination = new Examination(view, catalogue, limit, TimeProvider.System);
        var configuration = request.File is null ? DoctorConfiguration.Load(request.Load) : null;
        try
        {
            if (configuration is null) await examination.ExamineFileAsync(request.File!, interruption.Token);
            else await examination.ExamineAsync(configuration, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
        await ConcludeAsync(request, view);
        if (request.Bundle is { } bundle)
        {
            SupportBundle.Write(bundle, configuration?.Loaded, view.Results, examination.Files, catalogue);
            Console.Error.WriteLine($"Support bundle: {bundle}. Passwords and identifiers are masked; look through it before you hand it on.");
        }
        if (configuration is { Loaded: null }) return ExitCodes.Usage;
        return view.Results.Any(static result => result.IsFault) ? ExitCodes.Failed : ExitCodes.Done;
    }

    static async Task ConcludeAsync(Request request, DoctorView view)
    {
        if (!request.AsJson)
        {
            view.Conclude();
            return;
        }
        await using var output = Console.OpenStandardOutput();
        DoctorJson.Write(view.Results, output);
    }
}
