using System.Text.Json;

namespace P1Bridge.Bridging;

/// <summary>
/// Notices another bridge with the same base topic on the same broker, by the instance that each writes into <c>bridge/info</c>.
/// Decides only.
/// </summary>
sealed class OtherBridge
{
    bool _isKnown;

    /// <summary>Different at each start.</summary>
    public string Own { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>
    /// Whether what was published on <c>bridge/info</c> shows another bridge for the first time. What was retained there may be our own, of
    /// an earlier run.
    /// </summary>
    public bool IsNews(string info, bool isRetained)
    {
        if (_isKnown || isRetained || InstanceOf(info) is not { } instance || instance == Own) return false;
        return _isKnown = true;
    }

    static string? InstanceOf(string info)
    {
        try
        {
            using var document = JsonDocument.Parse(info);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("instance", out var instance) && instance.ValueKind == JsonValueKind.String ? instance.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Erased, or written by hand; half a character in a text is the second.
            return null;
        }
    }
}
