using System.CommandLine;
using P1Bridge.Cli.Decoding;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Telegrams;
using P1Bridge.Recording;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge decode FILE|-</c>: telegrams to readable values.</summary>
static class DecodeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "File with telegrams or a recording, or - for standard input" };
        var format = new Option<string>("--format") { Description = "table or json", DefaultValueFactory = static _ => "table", HelpName = "table|json" };
        format.AcceptOnlyFromAmong("table", "json");
        var keys = new DecryptionArguments();
        var command = new Command("decode", "Show what telegrams say") { file, format };
        keys.AddTo(command);
        command.SetAction((result, _) => RunAsync(result.GetRequiredValue(file), keys.Read(result), result.GetRequiredValue(format) == "json"));
        return command;
    }

    static async Task<int> RunAsync(string file, DecryptionOptions? decryption, bool asJson)
    {
        using var interruption = new Interruption();
        await using var input = TelegramFile.Open(file);
        var sampler = new LineSampler(CatalogueLoader.Load(), decryption);
        var results = await ReadAsync(input, file, decryption, sampler, interruption.Token);
        await using var output = StandardOutput.Open();
        if (asJson) DecodeJson.Write(results, output);
        else DecodeTable.Write(results, Terminal.Create());
        if (results.OfType<DecodedTelegram>().Any()) return ExitCodes.Done;
        Console.Error.WriteLine(results.Count == 0
            ? $"p1bridge: {file} holds no telegram: there is no line that begins with '/' and none that begins with '!'."
            : $"p1bridge: {file} holds no valid telegram; {results.Count} refused.");
        foreach (var line in DecodeHint.For(sampler.Sample(TimeSpan.Zero), decryption is not null))
            Console.Error.WriteLine($"p1bridge: {line}");
        return ExitCodes.Failed;
    }

    static async Task<List<DecodedResult>> ReadAsync(Stream input, string name, DecryptionOptions? decryption, LineSampler sampler, CancellationToken cancellation)
    {
        var decoder = new TelegramDecoder(CatalogueLoader.Load(), decryption);
        var results = new List<DecodedResult>();
        var file = await TelegramFile.ReadAsync(input, name, cancellation);
        await foreach (var chunk in file.ChunksAsync(cancellation))
        {
            sampler.Append(chunk.Bytes.Span);
            results.AddRange(decoder.Append(chunk.Bytes.Span));
        }
        results.AddRange(decoder.Complete());
        return results;
    }
}
