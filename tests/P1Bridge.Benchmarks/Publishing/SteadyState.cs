using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using P1Bridge.Mqtt;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary>A telegram's values through the managed client, again and again: memory and segments.</summary>
static partial class SteadyState
{
    const int Values = 45;
    const int Telegrams = 100;

    /// <summary>Long enough to be a pause, as the second between two telegrams is.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes allocated and TCP segments with data sent, of one telegram.</summary>
    public static async Task<(double Bytes, double Segments)> MeasureAsync(int port, MqttQualityOfService quality, MqttProtocolVersion version)
    {
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "steady", ProtocolVersion = version, WriteLinger = quality == MqttQualityOfService.AtMostOnce ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1) },
        });
        while (client.Status.State != ManagedMqttState.Online) await Task.Delay(10);
        // Made before: what is measured is the MQTT layer.
        MqttMessage[] messages = [.. Enumerable.Range(0, Values).Select(i => new MqttMessage($"p1bridge/meter/value_of_some_name_{i}", Encoding.ASCII.GetBytes("1234.567")) { Retain = true, QualityOfService = quality })];
        await SendAsync(client, messages, Telegrams / 4);
        var segments = await SegmentsAsync(port);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(client, messages, Telegrams);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        return ((double)bytes / Telegrams, (double)(await SegmentsAsync(port) - segments) / Telegrams);
    }

    static async Task SendAsync(ManagedMqttClient client, MqttMessage[] messages, int telegrams)
    {
        for (var i = 0; i < telegrams; i++)
        {
            foreach (var message in messages) client.Enqueue(message, MqttDelivery.State);
            await Task.Delay(Interval);
        }
    }

    /// <summary>The kernel counts them for each socket.</summary>
    static async Task<long> SegmentsAsync(int port)
    {
        using var process = Process.Start(new ProcessStartInfo("ss", ["-tinH", "dst", FormattableString.Invariant($"127.0.0.1:{port}")]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return DataSegments().Matches(text).Sum(static match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("data_segs_out:([0-9]+)")]
    private static partial Regex DataSegments();
}
