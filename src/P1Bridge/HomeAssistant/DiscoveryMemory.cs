using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// What was announced, as a small JSON file in the state directory, so that the devices of former settings (base topic, discovery prefix) are
/// known as this bridge's own after a restart. Without it nothing of them is touched. Written when a device is announced for the first time.
/// </summary>
sealed class DiscoveryMemory(string directory, ILogger log)
{
    readonly string _path = Path.Combine(directory, "homeassistant.discovery.json");
    readonly HashSet<string> _written = [];
    string _bridgeState = "";

    /// <summary>What the last run announced.</summary>
    public FormerDiscovery Read()
    {
        try
        {
            if (!File.Exists(_path)) return FormerDiscovery.Unknown;
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            var root = document.RootElement;
            return new FormerDiscovery(
                root.GetProperty("bridge_state").GetString() ?? "",
                root.GetProperty("topics").EnumerateArray().Select(static topic => topic.GetString()).OfType<string>().ToHashSet());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            log.LogWarning("{Path} cannot be used and is ignored: {Reason} Devices that were announced with other settings stay in Home Assistant", _path, exception.Message);
            return FormerDiscovery.Unknown;
        }
    }

    /// <summary>Remembers what was announced by now; does nothing when it is stored already.</summary>
    public void Write(string bridgeState, IEnumerable<string> topics)
    {
        var all = topics.ToList();
        if (bridgeState == _bridgeState && _written.IsSupersetOf(all)) return;
        _bridgeState = bridgeState;
        _written.UnionWith(all);
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllBytes(_path + ".new", Text());
            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // That the state directory cannot be written is said for the totals already, which matter more.
            log.LogDebug("{Path} cannot be written: {Reason}", _path, exception.Message);
        }
    }

    byte[] Text()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = DiscoveryBuilder.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("bridge_state", _bridgeState);
            json.WriteStartArray("topics");
            foreach (var topic in _written.Order(StringComparer.Ordinal))
                json.WriteStringValue(topic);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
