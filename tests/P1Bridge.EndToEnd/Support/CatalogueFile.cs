using System.Globalization;
using YamlDotNet.Serialization;

namespace P1Bridge.EndToEnd.Support;

/// <summary>A row of <c>config/catalogue.yaml</c>, as far as the tests need it.</summary>
sealed record CatalogueRow(
    string Id, IReadOnlyList<string> Media, IReadOnlyList<string> References, string Kind, string Part, string? Unit, bool IsEmptyNone,
    bool IsAbsentOnDeltaGrid, IReadOnlyDictionary<string, string> Words, IReadOnlyList<decimal> Off);

/// <summary>The catalogue as the tests read it themselves: which OBIS references are which topics.</summary>
static class CatalogueFile
{
    static readonly Dictionary<string, object> Root = new DeserializerBuilder().Build()
        .Deserialize<Dictionary<string, object>>(File.ReadAllText(Repository.PathOf("config", "catalogue.yaml")));

    /// <summary>Rows that have a topic.</summary>
    public static IReadOnlyList<CatalogueRow> Rows { get; } = [.. List(Root["measurements"]).Select(Map).Where(static row => row.ContainsKey("id")).Select(ReadRow)];

    /// <summary>The medium of an M-Bus device type.</summary>
    public static IReadOnlyDictionary<int, string> MediumOfType { get; } = List(Root["media"]).Select(Map)
        .SelectMany(static medium => Texts(medium, "device_types").Select(type => (Type: int.Parse(type, CultureInfo.InvariantCulture), Id: Text(medium, "id"))))
        .ToDictionary(static pair => pair.Type, static pair => pair.Id);

    static CatalogueRow ReadRow(Dictionary<object, object> row) => new(
        Text(row, "id"),
        Texts(row, "medium") is { Count: > 0 } media ? media : ["main"],
        Texts(row, "obis"),
        Text(row, "kind"),
        Text(row, "part", "value"),
        row.ContainsKey("unit") ? Text(row, "unit") : null,
        Text(row, "empty") == "none",
        Text(row, "absent_on_delta_grid") == "true",
        row.TryGetValue("words", out var words) ? Map(words).ToDictionary(static pair => (string)pair.Key, static pair => (string)pair.Value) : [],
        [.. Texts(row, "off").Select(static text => decimal.Parse(text, CultureInfo.InvariantCulture))]);

    static string Text(Dictionary<object, object> row, string key, string otherwise = "") => row.TryGetValue(key, out var value) ? (string)value : otherwise;

    static List<string> Texts(Dictionary<object, object> row, string key) => !row.TryGetValue(key, out var value) ? []
        : value is string text ? [text] : [.. List(value).Cast<string>()];

    static List<object> List(object node) => (List<object>)node;

    static Dictionary<object, object> Map(object node) => (Dictionary<object, object>)node;
}
