using P1Bridge.Core.Measurements;

namespace P1Bridge.Configuration;

/// <summary>What the catalogue says about openHAB: rules by unit and kind, and what single rows say otherwise.</summary>
static partial class CatalogueLoader
{
    /// <summary>What values of a unit, or of a kind where there is none, are.</summary>
    sealed record OpenHabDefault(string? Unit, string? Kind, OpenHabItem Item);

    const string TextKind = "text";

    static IEnumerable<OpenHabDefault> ReadOpenHabDefaults(YamlRow row)
    {
        var (units, kind) = (row.Texts("unit"), row.OptionalText("kind"));
        if (units.IsEmpty == kind is null) throw row.Fault("unit", "expected either 'unit' or 'kind'");
        var spelling = row.OptionalText("as");
        var item = new OpenHabItem(row.Text("type"), null, row.Texts("tags"), row.Text("icon"), row.Text("format"));
        row.Finish();
        return units.IsEmpty
            ? [new OpenHabDefault(null, kind, item)]
            : units.Select(unit => new OpenHabDefault(unit, null, item with { Unit = spelling ?? unit }));
    }

    static OpenHabEquipment ReadEquipment(YamlRow row)
    {
        if (row.Section("openhab") is not { } section) return OpenHabEquipment.Plain;
        var equipment = new OpenHabEquipment(section.Text("tags"), section.Text("icon"));
        section.Finish();
        return equipment;
    }

    static OpenHabItem ReadOpenHab(YamlRow row, Measurement measurement, List<OpenHabDefault> rules)
    {
        var kind = OpenHabKind(measurement);
        var unit = kind is null ? measurement.Unit?.Name : null;
        var item = rules.FindLast(rule => unit is null ? rule.Kind == (kind ?? "number") : rule.Unit == unit)?.Item ?? OpenHabItem.Plain;
        if (row.Section("openhab") is not { } section) return item;
        var type = section.TextOr("type", item.Type);
        item = item with
        {
            Type = type,
            Unit = section.OptionalText("as") ?? (type == item.Type || type.Contains(':', StringComparison.Ordinal) ? item.Unit : null),
            Tags = section.Texts("tags") is { IsEmpty: false } tags ? tags : item.Tags,
            Icon = section.TextOr("icon", item.Icon),
            Format = section.TextOr("format", item.Format),
        };
        section.Finish();
        return item;
    }

    /// <summary>The kind that decides; null where the unit does. A number that can also be a word is a text to openHAB, which would log each such word.</summary>
    static string? OpenHabKind(Measurement row) => row switch
    {
        { Part: ValuePart.Time } or { Kind: ValueKind.Timestamp } => "timestamp",
        { Kind: ValueKind.Word } => "word",
        { Kind: ValueKind.Text or ValueKind.HexText } or { CanBeNone: true } => TextKind,
        { Kind: ValueKind.Count } => "count",
        _ => null,
    };
}
