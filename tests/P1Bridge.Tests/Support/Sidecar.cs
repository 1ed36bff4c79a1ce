using System.Text.Json;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>
/// What a stream of the corpus must yield (format p1-expected/1, see tests/telegrams/README.md). Numbers are compared by their
/// digits, so that 1.0 is not 1.00.
/// </summary>
sealed class Sidecar
{
    readonly JsonElement _root;
    readonly string _results;

    Sidecar(JsonElement root, string results = "results") => (_root, _results) = (root, results);

    public string Market => _root.GetProperty("market").GetString()!;

    public IReadOnlyList<JsonElement> Results => [.. _root.GetProperty(_results).EnumerateArray()];

    /// <summary>The keys of the stream's encrypted frames, as a user would set them; null for a plain stream.</summary>
    public DecryptionOptions? Decryption
        => !_root.TryGetProperty("encryption", out var keys) ? null
            : CipherFrameWriter.Options(keys.GetProperty("key").GetString()!, keys.GetProperty("authentication_key").GetString()!);

    /// <summary>What the stream yields when tags are not checked.</summary>
    public Sidecar WithoutTagCheck => new(_root, _root.TryGetProperty("results_without_tag_check", out _) ? "results_without_tag_check" : "results");

    /// <summary>What is wrong with the line; null for streams that were received as they were sent.</summary>
    public string? Diagnosis => _root.TryGetProperty("diagnosis", out var diagnosis) ? diagnosis.GetString() : null;

    public static Sidecar Of(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(Corpus.PathOf(name), ".expected.json")));
        return new Sidecar(document.RootElement.Clone());
    }

    /// <summary>What is wrong with <paramref name="actual"/>, a JSON array of results; null when it is as expected.</summary>
    public string? Differs(string actual)
    {
        using var document = JsonDocument.Parse(actual);
        return Match(Results, 0, [.. document.RootElement.EnumerateArray()], 0);
    }

    static string? Match(IReadOnlyList<JsonElement> expected, int at, IReadOnlyList<JsonElement> actual, int found)
    {
        if (at == expected.Count) return found == actual.Count ? null : $"unexpected result {found}: {Short(actual[found])}";
        var want = expected[at];
        var isAny = IsError(want) && want.GetProperty("class").GetString() == "any";
        var isOptional = want.TryGetProperty("optional", out var optional) && optional.GetBoolean();
        if (isOptional && Match(expected, at + 1, actual, found) is null) return null;
        if (found == actual.Count) return $"result {at} is missing: {Short(want)}";
        var difference = isAny ? IsError(actual[found]) ? null : $"result {found} is no error" : Compare(want, actual[found], $"result {found}");
        if (difference is not null) return difference;
        // "any" stands for any number of errors: it may take this one and stay, or be done.
        if (isAny && Match(expected, at, actual, found + 1) is null) return null;
        return Match(expected, at + 1, actual, found + 1);
    }

    static bool IsError(JsonElement result) => result.GetProperty("result").GetString() == "error";

    static string? Compare(JsonElement expected, JsonElement actual, string place)
    {
        if (expected.ValueKind != actual.ValueKind) return $"{place}: expected {Short(expected)}, found {Short(actual)}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => CompareObjects(expected, actual, place),
            JsonValueKind.Array => CompareArrays(expected, actual, place),
            JsonValueKind.String => expected.GetString() == actual.GetString() ? null : $"{place}: expected {Short(expected)}, found {Short(actual)}",
            _ => expected.GetRawText() == actual.GetRawText() ? null : $"{place}: expected {Short(expected)}, found {Short(actual)}",
        };
    }

    static string? CompareObjects(JsonElement expected, JsonElement actual, string place)
    {
        foreach (var property in expected.EnumerateObject().Where(static property => property.Name != "optional"))
        {
            if (!actual.TryGetProperty(property.Name, out var found)) return $"{place}: '{property.Name}' is missing";
            if (Compare(property.Value, found, $"{place}/{property.Name}") is { } difference) return difference;
        }
        var extra = actual.EnumerateObject().FirstOrDefault(property => !expected.TryGetProperty(property.Name, out _));
        return extra.Value.ValueKind == JsonValueKind.Undefined ? null : $"{place}: '{extra.Name}' is not expected";
    }

    static string? CompareArrays(JsonElement expected, JsonElement actual, string place)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
            return $"{place}: expected {expected.GetArrayLength()} entries, found {actual.GetArrayLength()}: {Short(actual)}";
        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            if (Compare(expected[i], actual[i], $"{place}[{i}]") is { } difference) return difference;
        }
        return null;
    }

    static string Short(JsonElement element) => element.GetRawText() is { Length: > 200 } text ? text[..200] : element.GetRawText();
}
