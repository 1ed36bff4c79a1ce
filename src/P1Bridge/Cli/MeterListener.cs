using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Sources;

namespace P1Bridge.Cli;

/// <summary>Listens to a configured meter until it has said what it sends; for commands that need one telegram.</summary>
static class MeterListener
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The first telegram of the meter, or the last one of a file; null when there is none in time. Throws <see cref="IOException"/> at once
    /// when the port cannot be opened and only the user can change that.
    /// </summary>
    public static async Task<MeterSnapshot?> ListenAsync(
        MeterOptions meter, BridgeOptions options, Catalogue catalogue, ListenerAdvice advice, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        IOException? refusal = null;
        var source = new FirstOpening(SourceTable.Create(meter, catalogue, TimeProvider.System), SerialSource.IsForTheUser, exception =>
        {
            refusal = exception;
            limit.Cancel();
        });
        if (!source.EndsForGood) Console.Error.WriteLine($"Listening to {source.Description}, at most {Limit.TotalSeconds:0} s ...");
        MeterSnapshot? snapshot = null;
        // Whoever waits wants to know that the port is missing.
        using var logs = Logs.Create(LogThreshold.Warning);
        var runner = new SourceRunner(
            meter.Name, source, new(catalogue, meter.IgnoreChecksum, meter.Decryption), new(catalogue, MeterRuntime.PipelineOptions(meter, options.Guard)), meter.SilenceTimeout,
            Take, TimeProvider.System, logs.CreateLogger("meters"));
        try
        {
            await runner.RunAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Enough was heard, or time is up.
        }
        return refusal is null ? snapshot : throw new IOException(advice.Of(refusal, meter), refusal);

        void Take(MeterUpdate update)
        {
            if (update is not MeterSnapshot telegram) return;
            snapshot = telegram;
            if (!source.EndsForGood) limit.Cancel();
        }
    }

    /// <summary>What to tell when there was none.</summary>
    public static string Silence(MeterOptions meter) => $"p1bridge: no valid telegram from {meter.Source}. "
        + (meter.Source is FileSourceOptions { Path: var path } ? $"'p1bridge decode {path}' shows what is in it." : "'p1bridge doctor' says what is wrong with the line.");
}
