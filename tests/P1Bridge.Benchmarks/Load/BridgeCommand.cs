using System.CommandLine;

namespace P1Bridge.Benchmarks.Load;

/// <summary><c>bridge</c>: a whole bridge under load, seen from outside; ours or any other.</summary>
static class BridgeCommand
{
    public const string Name = "bridge";

    public static Command Create()
    {
        var command = new Option<string>("--command")
        {
            Description = $"Starts the bridge; {LoadRun.BrokerPlaceholder} and {LoadRun.TelegramsPlaceholder} become the ports of broker and telegrams on 127.0.0.1", Required = true,
        };
        var rate = new Option<double>("--rate") { Description = "Telegrams per second", DefaultValueFactory = static _ => 1 };
        var telegrams = new Option<int>("--telegrams") { Description = "How many are measured", DefaultValueFactory = static _ => 600 };
        var warmUp = new Option<int>("--warm-up") { Description = "How many come before them and are not measured", DefaultValueFactory = static _ => 20 };
        var quiet = new Option<int?>("--quiet-milliseconds") { Description = "So long without a message ends what belongs to a telegram (default: 50, at most half the time to the next)" };
        var markdown = new Option<string?>("--markdown") { Description = "Append the tables to a file", HelpName = "FILE" };
        var result = new Command(Name, "Telegrams by TCP, values from a private mosquitto: delay, processor time and memory of a bridge")
        {
            command, rate, telegrams, warmUp, quiet, markdown,
        };
        result.SetAction(async (parsed, cancellation) =>
        {
            var options = new LoadOptions(
                parsed.GetRequiredValue(command), parsed.GetValue(rate), parsed.GetValue(telegrams), parsed.GetValue(warmUp),
                parsed.GetValue(quiet) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
            var text = LoadReport.Markdown(options, await LoadRun.RunAsync(options, cancellation));
            Console.WriteLine(text);
            if (parsed.GetValue(markdown) is { } file) await File.AppendAllTextAsync(file, text, cancellation);
            return 0;
        });
        return result;
    }
}
