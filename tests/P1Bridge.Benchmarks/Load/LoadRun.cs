using System.Diagnostics;
using System.Globalization;
using P1Bridge.Cli.Demo;
using P1Bridge.Configuration;

namespace P1Bridge.Benchmarks.Load;

/// <summary>What a run gave.</summary>
sealed record LoadResult(
    IReadOnlyList<TimeSpan> Delays, int Unanswered, double MessagesPerTelegram, TimeSpan ProcessorTime, TimeSpan Duration,
    IReadOnlyList<MemorySample> Memory, string LoadBefore, string LoadAfter);

/// <summary>
/// Starts a broker, a subscriber, a meter behind TCP and the bridge; plays the telegrams and looks at the bridge from outside. The clock of
/// a telegram starts right before its only write, and a message's stops when its bytes have been read: what the measuring costs is in it.
/// </summary>
static class LoadRun
{
    public const string BrokerPlaceholder = "{broker-port}";
    public const string TelegramsPlaceholder = "{telegram-port}";

    static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(30);
    static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken cancellation)
    {
        await using var broker = await PrivateBroker.StartAsync(cancellation);
        using var subscriber = new Subscriber(PrivateBroker.Host, broker.Port);
        using var meter = new TelegramServer();
        using var process = Start(options.Command, broker.Port, meter.Port);
        try
        {
            await meter.AcceptAsync(cancellation).WaitAsync(ConnectsWithin, cancellation);
            return await MeasureAsync(options, subscriber, meter, new ProcessProbe(process.Id), cancellation);
        }
        finally
        {
            await EndAsync(process);
        }
    }

    static async Task<LoadResult> MeasureAsync(LoadOptions options, Subscriber subscriber, TelegramServer meter, ProcessProbe probe, CancellationToken cancellation)
    {
        using var telegrams = Telegrams.OfHouse(CatalogueLoader.Load()).GetEnumerator();
        var clock = new Pace(options.Interval);
        for (var i = 0; i < options.WarmUp; i++)
            await SendAsync();
        await clock.WaitAsync(cancellation);
        var (load, processor, started) = (ProcessProbe.LoadAverage(), probe.ProcessorTime(), Stopwatch.GetTimestamp());
        var sent = new long[options.Telegrams];
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = await SendAsync();
            probe.SampleIfDue();
        }
        await clock.WaitAsync(cancellation);
        probe.Sample();
        var (spent, duration) = (probe.ProcessorTime() - processor, Stopwatch.GetElapsedTime(started));
        var (delays, messages) = Delays.Of(sent, subscriber.Arrivals(), Stopwatch.GetTimestamp(), options.Quiet);
        return new LoadResult(delays, sent.Length - delays.Count, messages / (double)sent.Length, spent, duration, probe.Samples, load, ProcessProbe.LoadAverage());

        async Task<long> SendAsync()
        {
            telegrams.MoveNext();
            await clock.WaitAsync(cancellation);
            return meter.Send(telegrams.Current);
        }
    }

    /// <summary>The shell replaces itself, so that the process we look at is the bridge; one that starts others is seen only in part.</summary>
    static Process Start(string command, int broker, int telegrams)
    {
        var line = command
            .Replace(BrokerPlaceholder, broker.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace(TelegramsPlaceholder, telegrams.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {line}"]))!;
    }

    static async Task EndAsync(Process process)
    {
        if (process.HasExited) return;
        using var deadline = new CancellationTokenSource(EndsWithin);
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // It does not listen to requests.
            process.Kill();
        }
    }
}
