using System.Collections.Concurrent;
using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>A disk that is full or read-only: a small file system of the test's own, which needs the right to mount.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class DiskTests : IAsyncLifetime
#pragma warning restore CA1001
{
    readonly TemporaryFolder _folder = new();
    readonly ConcurrentQueue<MqttJournalHealth> _changes = new();
    readonly int _nobody = Ports.Free();

    public Task InitializeAsync() => Mosquitto.RunToEndAsync("mount", "-t", "tmpfs", "-o", "size=256k", "p1bridge-test", _folder.Path);

    public async Task DisposeAsync()
    {
        await Mosquitto.RunToEndAsync("umount", _folder.Path);
        _folder.Dispose();
    }

    ManagedMqttClientOptions Options => Child.Options(Path.Combine(_folder.Path, "journal"), _nobody) with
    {
        JournalRetryDelay = TimeSpan.FromMilliseconds(50),
    };

    async Task<ManagedMqttClient> StartAsync()
    {
        var client = new ManagedMqttClient();
        client.JournalChanged += (_, health) => _changes.Enqueue(health);
        await client.StartAsync(Options);
        return client;
    }

    static void Enqueue(ManagedMqttClient client, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            Assert.True(client.Enqueue(MqttMessage.Text("h", $"{i}".PadRight(1000), MqttQualityOfService.AtLeastOnce), MqttDelivery.History));
    }

    [Fact]
    public async Task A_full_disk_is_said_costs_nobody_a_message_and_heals_when_there_is_room()
    {
        var ballast = Path.Combine(_folder.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[150 * 1024]);
        await using (var client = await StartAsync())
        {
            Enqueue(client, 0, 20);
            Assert.True(await client.FlushAsync().Soon());
            Enqueue(client, 20, 150);
            Assert.False(await client.FlushAsync().Soon());
            var journal = client.GetHealth().Journal;
            Assert.Contains("Make room", journal.MemoryOnlyReason, StringComparison.Ordinal);
            Assert.Equal(170, client.GetHealth().QueuedHistory);
            Assert.NotNull(journal.MemoryOnlySince);
            File.Delete(ballast);
            await Eventually.True(() => client.GetHealth().Journal.MemoryOnlySince is null);
            Assert.True(await client.FlushAsync().Soon());
        }
        Assert.Equal([false, true], _changes.Select(health => health.MemoryOnlySince is null));
        await using var again = await StartAsync();
        Assert.Equal(170, again.GetHealth().QueuedHistory);
        Assert.Equal(0, again.GetHealth().Journal.Damaged);
    }

    [Fact]
    public async Task A_disk_that_turns_read_only_heals_too()
    {
        await using (var client = await StartAsync())
        {
            Enqueue(client, 0, 10);
            Assert.True(await client.FlushAsync().Soon());
            await client.StopAsync(TimeSpan.Zero).Soon();
        }
        await Mosquitto.RunToEndAsync("mount", "-o", "remount,ro", _folder.Path);
        await using (var client = await StartAsync())
        {
            Enqueue(client, 10, 10);
            Assert.False(await client.FlushAsync().Soon());
            await Mosquitto.RunToEndAsync("mount", "-o", "remount,rw", _folder.Path);
            await Eventually.True(() => client.GetHealth() is { QueuedHistory: 20, Journal.MemoryOnlySince: null });
        }
        await using var again = await StartAsync();
        Assert.Equal(20, again.GetHealth().QueuedHistory);
    }

    [Fact]
    public async Task Enqueueing_does_not_wait_for_the_disk()
    {
        using var folder = new TemporaryFolder();
        await using var client = new ManagedMqttClient();
        await client.StartAsync(Options with { JournalDirectory = folder.Path });
        var total = Stopwatch.StartNew();
        Enqueue(client, 0, 20_000);
        var enqueued = total.Elapsed;
        Assert.True(await client.FlushAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.InRange(enqueued.TotalSeconds, 0, 2); // A synchronisation with the disk each, at 1 ms, would take ten times that.
    }
}
