using System.Text.Json;

namespace P1Bridge.EndToEnd.Support;

/// <summary>What the corpus says a correct reader makes of a telegram (<c>NAME.expected.json</c>).</summary>
sealed class Sidecar
{
    readonly JsonElement _telegram;

    Sidecar(JsonElement root)
    {
        Results = root.GetProperty("results");
        _telegram = Results.EnumerateArray().LastOrDefault();
        if (root.TryGetProperty("encryption", out var keys))
            KeyOptions = ["--key", keys.GetProperty("key").GetString()!, "--authentication-key", keys.GetProperty("authentication_key").GetString()!];
    }

    /// <summary>What <c>decode --format json</c> prints.</summary>
    public JsonElement Results { get; }

    /// <summary>How <c>decode</c> is told the keys; nothing for a plain stream.</summary>
    public IReadOnlyList<string> KeyOptions { get; } = [];

    /// <summary>The telegram's clock.</summary>
    public DateTimeOffset Clock => _telegram.GetProperty("at").GetDateTimeOffset();

    public static Sidecar Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("tests", "telegrams", $"{name}.expected.json")));
        return new Sidecar(document.RootElement.Clone());
    }

    /// <summary>The entries of an OBIS reference; none when it was not sent or is no good reading.</summary>
    public IReadOnlyList<JsonElement> this[string reference]
        => _telegram.GetProperty("values").TryGetProperty(reference, out var entries) && !HasIssue(reference) ? [.. entries.EnumerateArray()] : [];

    /// <summary>A monthly history may hold bad months among good ones; only a reading of one value is bad as a whole.</summary>
    bool HasIssue(string reference)
        => reference != "0-0:98.1.0" && _telegram.TryGetProperty("issues", out var issues)
           && issues.EnumerateArray().Any(issue => issue.GetProperty("obis").GetString() == reference);
}
