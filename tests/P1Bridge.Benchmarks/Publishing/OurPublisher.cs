using P1Bridge.Mqtt;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary>The same with the project's own link.</summary>
static class OurPublisher
{
    const int Outstanding = 1000;

    /// <summary>Quality 0; ends when a message of quality 1 behind the last one is acknowledged.</summary>
    public static async Task PublishAtMostOnceAsync(int port, int count, string topic, byte[] payload)
    {
        await using var client = await ConnectAsync(port, 1);
        var message = new MqttMessage(topic, payload) { Retain = true };
        for (var i = 0; i < count; i++)
        {
            while (!client.TryPublish(message)) await client.FlushAsync();
        }
        await client.PublishAsync(message with { QualityOfService = MqttQualityOfService.AtLeastOnce });
        await client.DisconnectAsync();
    }

    /// <summary>Quality 1 with a window.</summary>
    public static async Task PublishAtLeastOnceAsync(int port, int count, int window, string topic, byte[] payload)
    {
        await using var client = await ConnectAsync(port, window);
        var message = new MqttMessage(topic, payload) { Retain = true, QualityOfService = MqttQualityOfService.AtLeastOnce };
        var sending = new Task[Outstanding];
        for (var i = 0; i < count; i++)
        {
            if (sending[i % Outstanding] is { IsCompleted: false } oldest) await oldest;
            sending[i % Outstanding] = client.PublishAsync(message);
        }
        await Task.WhenAll(sending);
        await client.DisconnectAsync();
    }

    static async Task<MqttClient> ConnectAsync(int port, int window)
    {
        var client = new MqttClient();
        var answer = await client.ConnectAsync(new MqttClientOptions
        {
            Host = "127.0.0.1", Port = port, ClientId = "ours", ProtocolVersion = MqttProtocolVersion.V311, MaximumInFlight = window, WriteLinger = TimeSpan.Zero,
        });
        return answer.Succeeded ? client : throw new InvalidOperationException(answer.Text);
    }
}
