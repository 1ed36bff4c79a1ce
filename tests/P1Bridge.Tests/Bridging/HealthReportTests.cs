using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

public class HealthReportTests
{
    [Theory]
    [InlineData("smarty-lu-encrypted.bin", true)]
    [InlineData("fluvius-1p.txt", false)]
    public async Task The_frame_counter_is_there_for_a_meter_that_encrypts(string name, bool isEncrypted)
    {
        var folder = Directory.CreateTempSubdirectory("p1bridge-health-");
        var keys = Sidecar.Of("smarty-lu-encrypted.bin").Decryption!;
        string[] settings =
        [
            $"meters.0.source=file:{Corpus.PathOf(name)}", $"meters.0.decryption_key={Convert.ToHexString(keys.Key.Span)}",
            $"meters.0.authentication_key={Convert.ToHexString(keys.AuthenticationKey.Span)}",
            "homeassistant.enabled=false", "outputs.mqtt_values.enabled=false", $"state_directory={folder.FullName}",
        ];
        var options = OptionsLoader.LoadText("", "p1bridge.yaml", new Dictionary<string, string>(), settings).Options;
        await using var bridge = new P1Bridge.Bridging.Bridge(options, Some.Catalogue, TimeProvider.System, NullLoggerFactory.Instance);
        await bridge.Meters[0].RunAsync(CancellationToken.None);

        using var health = JsonDocument.Parse(P1Bridge.Bridging.BridgeReports.Health(bridge.Meters, [], overtaken: 3, dropped: 0, [], TimeSpan.Zero));

        var meter = health.RootElement.GetProperty("meters").GetProperty("meter");
        Assert.True(meter.GetProperty("telegrams").GetInt64() > 0);
        Assert.Equal(isEncrypted, meter.TryGetProperty("frame_counter", out var counter) && counter.GetInt64() > 0 && meter.GetProperty("frame_counter_setbacks").GetInt64() == 0);
        Assert.Equal(3, health.RootElement.GetProperty("overtaken_updates").GetInt64());
        folder.Delete(recursive: true);
    }
}
