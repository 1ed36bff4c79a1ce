using System.Diagnostics;
using System.Globalization;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>
/// A process of its own that uses the managed client, so that a test can kill it. It says on its output what the client has accepted.
/// </summary>
static class Child
{
    /// <summary>Entry point of the child: folder of the journal, port of the broker, name of its life, whether it adds messages.</summary>
    public static async Task Main(string[] arguments)
    {
        if (arguments is not [var folder, var port, var life, var adds]) return;
        await using var client = new ManagedMqttClient();
        await client.StartAsync(Options(folder, int.Parse(port, CultureInfo.InvariantCulture)));
        Console.WriteLine("started");
        for (var i = 0; adds == "add"; i++)
        {
            client.Enqueue(Message($"{life}/{i}"), MqttDelivery.History);
            if (i % 7 != 0) continue;
            // What is not confirmed may be lost; what is printed may not.
            if (await client.FlushAsync()) Console.WriteLine(i);
        }
        await Task.Delay(Timeout.Infinite);
    }

    public static ManagedMqttClientOptions Options(string folder, int port) => new()
    {
        JournalDirectory = folder,
        JournalSegmentBytes = 16 * 1024,
        HistoryDrainRate = 0,
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "child" },
    };

    public static MqttMessage Message(string payload) => MqttMessage.Text("killed", payload, MqttQualityOfService.AtLeastOnce);

    public static Process Start(string folder, int port, string life, bool adds)
    {
        string[] arguments = [typeof(Child).Assembly.Location, folder, $"{port}", life, adds ? "add" : "drain"];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
