using System.CommandLine;
using System.Globalization;
using P1Bridge.Configuration;
using P1Bridge.Recording;
using P1Bridge.Sources;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge record</c>: writes down what comes from a meter, with its timing.</summary>
static class RecordCommand
{
    static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var output = new Option<string>("--output", "-o") { Description = $"The recording to write, by custom with the ending {RecordingFormat.Extension}; - for standard output", HelpName = "FILE", Required = true };
        var meter = new Option<string?>("--meter") { Description = "Name of the meter to listen to (default: the first one configured)", HelpName = "NAME" };
        var seconds = WholeNumber.Option("--seconds", null, 1, int.MaxValue, "End after so many seconds", "N");
        var telegrams = WholeNumber.Option("--telegrams", null, 1, int.MaxValue, "End after so many whole telegrams", "N");
        var force = new Option<bool>("--force") { Description = "Overwrite the file" };
        var command = new Command("record", "Record the raw bytes of a meter with their timing") { output, meter, seconds, telegrams, force };
        arguments.AddTo(command);
        command.SetAction((result, _) => RunAsync(
            arguments.Load(result, ConfigurationArguments.WithoutOutputs).Options, result.GetValue(meter), result.GetRequiredValue(output), result.GetValue(force),
            result.GetValue(seconds), result.GetValue(telegrams)));
        return command;
    }

    static async Task<int> RunAsync(BridgeOptions options, string? name, string output, bool force, int? seconds, int? telegrams)
    {
        if ((name is null ? options.Meters[0] : options.Meters.FirstOrDefault(meter => meter.Name == name)) is not { } meter)
        {
            Console.Error.WriteLine($"p1bridge: no meter is called '{name}'; configured: {string.Join(", ", options.Meters.Select(static meter => meter.Name))}.");
            return ExitCodes.Usage;
        }
        using var interruption = new Interruption();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        OutputFile.Check(output, force);
        var source = SourceTable.Create(meter, CatalogueLoader.Load(), TimeProvider.System);
        var stream = await source.OpenAsync(interruption.Token);
        var file = OutputFile.Create(output, force);
        var recorder = new Recorder(source, new RecordingWriter(file, new RecordingHeader(TimeProvider.System.GetLocalNow(), source.Description)), TimeProvider.System, Say);
        Console.Error.WriteLine($"Recording {source.Description} to {output}; Ctrl-C ends it.");
        if (seconds is { } time) limit.CancelAfter(TimeSpan.FromSeconds(time));
        await using (file) await RunAsync(recorder, stream, telegrams, limit);
        return Finish(recorder, source, output, interruption);
    }

    static async Task RunAsync(Recorder recorder, Stream stream, int? telegrams, CancellationTokenSource limit)
    {
        var recording = recorder.RunAsync(stream, telegrams, limit.Token);
        // A line that is written over is for terminals; in a log it would be one of thousands.
        while (!Console.IsErrorRedirected && await Task.WhenAny(recording, Task.Delay(ProgressInterval)) != recording)
            Console.Error.Write($"\r{Text(recorder)} \r");
        await recording;
    }

    static int Finish(Recorder recorder, IByteSource source, string output, Interruption interruption)
    {
        Console.Error.WriteLine($"{output}: {Text(recorder)}");
        if (interruption.Token.IsCancellationRequested) return interruption.ExitCode;
        if (recorder.Bytes > 0) return ExitCodes.Done;
        // A recording of nothing would only be in the way of the next attempt.
        if (File.Exists(output)) File.Delete(output);
        Console.Error.WriteLine($"p1bridge: not a byte came from {source.Description}. Check the port and the cable, and that the grid operator has activated the port.");
        return ExitCodes.Failed;
    }

    static string Text(Recorder recorder)
    {
        var refused = recorder.Refused == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {recorder.Refused} damaged");
        return string.Create(CultureInfo.InvariantCulture, $"{recorder.Elapsed.TotalSeconds:0} s, {Counted.Of(recorder.Telegrams, "telegram")}{refused}, {Counted.Of(recorder.Bytes, "byte")}");
    }

    static void Say(string text) => Console.Error.WriteLine(text);
}
