using System.Diagnostics;

namespace P1Bridge.EndToEnd.Support;

/// <summary>A message as mosquitto_sub got it.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its payload as text.</param>
/// <param name="IsRetained">Whether it was there before the subscription.</param>
readonly record struct Observed(string Topic, string Payload, bool IsRetained);

/// <summary>mosquitto_sub on everything: an independent witness of what reaches the broker, in its order.</summary>
sealed class Observer : IAsyncDisposable
{
    readonly Child _subscriber;

    Observer(Child subscriber) => _subscriber = subscriber;

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<Observed> Messages => [.. _subscriber.Output.Where(IsFirstLine).Select(Parse).Where(static message => !message.Topic.StartsWith("witness/", StringComparison.Ordinal))];

    /// <summary>
    /// Subscribes. Messages of quality 0 keep their order, so that whoever gets a message that was sent after the subscription
    /// has got all retained ones before.
    /// </summary>
    public static async Task<Observer> StartAsync(Broker broker)
    {
        var subscriber = new Child("mosquitto_sub", [.. broker.ClientOptions, "-q", "0", "-t", "#", "-F", "%r\t%t\t%p"]);
        var mark = $"witness/{Guid.NewGuid():N}";
        var clock = Stopwatch.StartNew();
        while (!subscriber.Output.Any(line => line.Contains(mark, StringComparison.Ordinal)))
        {
            Assert.False(subscriber.HasExited, subscriber.Story);
            Assert.True(clock.Elapsed < Eventually.Patience, $"Nothing of what is sent to {mark} comes back: may everybody read it? {subscriber.Story}");
            await broker.PublishAsync(mark, "here");
        }
        return new Observer(subscriber);
    }

    /// <summary>How many so far; for looking only at what comes later.</summary>
    public int Count => Messages.Count;

    /// <summary>Payloads that came on a topic.</summary>
    public IReadOnlyList<string> On(string topic) => [.. Messages.Where(message => message.Topic == topic).Select(static message => message.Payload)];

    /// <summary>Waits until a topic has got a payload that fits, not counting the first <paramref name="after"/> messages.</summary>
    public async Task SeesAsync(string topic, Func<string, bool> fits, int after = 0, TimeSpan? limit = null) => await Eventually.HoldsAsync(
        () => Messages.Skip(after).Any(message => message.Topic == topic && fits(message.Payload)),
        () => $"{topic} got: {string.Join(" | ", On(topic).TakeLast(5))}; last messages: {string.Join(", ", Messages.TakeLast(5))}",
        limit);

    /// <summary>Waits until a topic has got a payload, not counting the first <paramref name="after"/> messages.</summary>
    public Task SeesAsync(string topic, string payload, int after = 0, TimeSpan? limit = null) => SeesAsync(topic, text => text == payload, after, limit);

    public ValueTask DisposeAsync() => _subscriber.DisposeAsync();

    /// <summary>The telegrams of an MQTT source have many lines; only the bridge's own messages are of interest, which have one.</summary>
    static bool IsFirstLine(string line) => line.StartsWith("0\t", StringComparison.Ordinal) || line.StartsWith("1\t", StringComparison.Ordinal);

    static Observed Parse(string line)
    {
        var parts = line.Split('\t', 3);
        return new Observed(parts[1], parts[2], parts[0] == "1");
    }
}
