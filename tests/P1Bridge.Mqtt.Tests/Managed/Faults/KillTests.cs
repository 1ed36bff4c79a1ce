using System.Diagnostics;
using System.Globalization;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>The process killed (SIGKILL) at random moments; what it had accepted arrives all the same.</summary>
public class KillTests
{
    const int Lives = 50;
    const int DrainingLives = 5;
    readonly Random _random = new(20);

    [Fact]
    public async Task After_fifty_kills_without_a_broker_everything_accepted_arrives_in_order_when_it_is_back()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await Mosquitto.StartAsync("max_queued_messages 0");
        await broker.KillAsync();
        var accepted = new int[Lives];
        for (var life = 0; life < Lives; life++) accepted[life] = await LiveAsync(folder.Path, broker.Port, life);
        Assert.InRange(accepted.Count(last => last > 0), Lives / 2, Lives); // Some die too early to have accepted anything.

        await broker.RunAsync();
        var seen = await broker.ObserveAsync("killed");
        for (var life = 0; life < DrainingLives; life++) await LiveAsync(folder.Path, broker.Port, Lives + life, adds: false);
        await DrainAsync(folder.Path, broker.Port);
        await broker.PublishAsync("killed", $"{Lives}/0", "-q", "1");
        await Eventually.True(() => seen.Any(line => line.EndsWith($" {Lives}/0", StringComparison.Ordinal)));

        var arrived = seen.Select(Number).SkipLast(1).ToList();
        var first = arrived.Distinct().ToList();
        Assert.Equal(first.Order(), first);
        for (var life = 0; life < Lives; life++)
        {
            // Behind the last accepted one there may be some that were written but not confirmed any more; without a gap too.
            var numbers = first.Where(number => number.Life == life).Select(number => number.Index).ToList();
            Assert.True(numbers.Count > accepted[life], $"Life {life}: {accepted[life]} accepted, {numbers.Count} arrived.");
            Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
        }
        // Repeated is only what was under way, or acknowledged a moment before the kill: a small part.
        Assert.InRange(arrived.Count - first.Count, 0, DrainingLives * 2000);
    }

    static (int Life, int Index) Number(string line)
    {
        var parts = line[(line.LastIndexOf(' ') + 1)..].Split('/');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    // Dies a moment after it has said a random number of lines, and says the last number that it knows to be accepted; -1 for none.
    async Task<int> LiveAsync(string folder, int port, int life, bool adds = true)
    {
        using var child = Child.Start(folder, port, $"{life}", adds);
        var errors = child.StandardError.ReadToEndAsync();
        var line = await child.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(line == "started", $"The child said \"{line}\". {(line is null ? await errors : "")}");
        var last = -1;
        for (var lines = adds ? _random.Next(40) : 0; lines > 0; lines--)
            last = int.Parse((await child.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)))!, CultureInfo.InvariantCulture);
        await Task.Delay(TimeSpan.FromMilliseconds(_random.NextDouble() * 20));
        child.Kill();
        await child.WaitForExitAsync();
        while (await child.StandardOutput.ReadLineAsync() is { } text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) last = number;
        }
        return last;
    }

    static async Task DrainAsync(string folder, int port)
    {
        await using var client = new ManagedMqttClient();
        await client.StartAsync(Child.Options(folder, port));
        var watch = Stopwatch.StartNew();
        while (client.GetHealth() is not { Queued: 0, InFlight: 0 })
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"Still waiting: {client.GetHealth()}");
            await Task.Delay(20);
        }
        await client.StopAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(Directory.GetFiles(folder, "*.journal"));
    }
}
