using System.CommandLine;
using System.Globalization;
using P1Bridge.Anonymising;
using P1Bridge.Configuration;
using P1Bridge.Recording;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge anonymise FILE|-</c>: telegrams that can be shown to others.</summary>
static class AnonymiseCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording or a file with telegrams, or - for standard input" };
        var output = new Option<string>("--output", "-o") { Description = "The file to write (default: standard output)", HelpName = "FILE", DefaultValueFactory = static _ => "-" };
        var seed = new Option<string?>("--seed") { Description = "Replace alike in several runs. Who knows the text can undo it: keep it to yourself", HelpName = "TEXT" };
        var force = new Option<bool>("--force") { Description = "Overwrite the file" };
        var command = new Command("anonymise", "Replace meter numbers, EANs and messages, and recompute checksums") { file, output, seed, force };
        command.SetAction((result, _) => RunAsync(
            result.GetRequiredValue(file), result.GetRequiredValue(output), new IdentityCipher(result.GetValue(seed)), result.GetValue(force)));
        return command;
    }

    static async Task<int> RunAsync(string file, string output, IdentityCipher cipher, bool force)
    {
        using var interruption = new Interruption();
        try
        {
            await using var input = TelegramFile.Open(file);
            AnonymisingSummary? summary = null;
            await OutputFile.WriteAsync(output, force, async stream =>
            {
                summary = await FileAnonymiser.RunAsync(input, file, stream, CatalogueLoader.Load(), cipher, interruption.Token);
                return summary.Telegrams > 0;
            });
            Report(summary!, file);
            return summary!.Telegrams > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
    }

    static void Report(AnonymisingSummary summary, string file)
    {
        if (summary.Telegrams == 0)
        {
            Console.Error.WriteLine($"p1bridge: {file} holds no whole telegram that can be read, so nothing was written.");
            return;
        }
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Of(summary.Telegrams, "telegram")}; {Counted.Of(summary.Values, "identifier or text", "different identifiers and texts")} replaced in {Counted.Of(summary.Places, "place")}");
        if (summary.WithWrongChecksum > 0) text += string.Create(CultureInfo.InvariantCulture, $"; {summary.WithWrongChecksum} with a wrong checksum, as before");
        if (summary.Incomplete > 0) text += string.Create(CultureInfo.InvariantCulture, $"; {Counted.Of(summary.Incomplete, "incomplete one")} left out");
        if (summary.DroppedBytes > 0) text += string.Create(CultureInfo.InvariantCulture, $"; {Counted.Of(summary.DroppedBytes, "byte")} outside telegrams left out");
        Console.Error.WriteLine(text);
        if (summary.Unknown.Count > 0)
            Console.Error.WriteLine($"Objects without a catalogue row that may name something were replaced too: {string.Join(", ", summary.Unknown)}");
    }
}
