using System.Diagnostics;
using P1Bridge.Mqtt;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary>What history on disk costs.</summary>
static class JournalRun
{
    const int Count = 100_000;

    /// <summary>Queues without broker, starts again, then sends all of it; returns the lines of the report.</summary>
    public static async Task<IReadOnlyList<(string What, string Figure)>> RunAsync(int port)
    {
        var folder = Directory.CreateTempSubdirectory("p1bridge-journal-").FullName;
        try
        {
            var memory = await EnqueueAsync(null, MqttJournalFlush.OperatingSystem);
            var lazy = await EnqueueAsync(Path.Combine(folder, "lazy"), MqttJournalFlush.OperatingSystem);
            var eager = await EnqueueAsync(Path.Combine(folder, "eager"), MqttJournalFlush.EveryBatch);
            var (start, drain, full, left) = await DrainAsync(Path.Combine(folder, "eager"), port);
            return
            [
                ("a call of Enqueue: memory only; journal; journal with fsync after each batch", FormattableString.Invariant($"{memory:F2} us; {lazy:F2} us; {eager:F2} us")),
                ("start with 100 000 messages in the journal", FormattableString.Invariant($"{start.TotalSeconds:F2} s")),
                ("sending them to mosquitto, window 100, no limit of the rate", FormattableString.Invariant($"{drain.TotalSeconds:F1} s")),
                ("size of the journal before; after", FormattableString.Invariant($"{full / 1048576.0:F1} MiB; {left / 1024.0:F1} KiB")),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static ManagedMqttClientOptions Options(string? directory, int port, MqttJournalFlush flush) => new()
    {
        JournalDirectory = directory, JournalFlush = flush, HistoryDrainRate = 0,
        Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "journal" },
    };

    /// <summary>Microseconds of the caller for each message; the journal writes behind it.</summary>
    static async Task<double> EnqueueAsync(string? directory, MqttJournalFlush flush)
    {
        await using var client = new ManagedMqttClient();
        // Nothing listens there.
        await client.StartAsync(Options(directory, 1, flush));
        var message = new MqttMessage("p1bridge/meter/history", new byte[300]);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++) client.Enqueue(message, MqttDelivery.History);
        var time = watch.Elapsed;
        await client.FlushAsync();
        return time.TotalMicroseconds / Count;
    }

    static async Task<(TimeSpan Start, TimeSpan Drain, long Full, long Left)> DrainAsync(string directory, int port)
    {
        await using var client = new ManagedMqttClient();
        var watch = Stopwatch.StartNew();
        await client.StartAsync(Options(directory, port, MqttJournalFlush.EveryBatch));
        var start = watch.Elapsed;
        var full = client.GetHealth().Journal.Bytes;
        while (client.GetHealth() is not { QueuedHistory: 0, InFlight: 0 }) await Task.Delay(10);
        var drain = watch.Elapsed - start;
        await client.FlushAsync();
        return (start, drain, full, client.GetHealth().Journal.Bytes);
    }
}
