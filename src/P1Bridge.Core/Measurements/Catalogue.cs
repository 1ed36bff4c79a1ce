using System.Collections.Frozen;
using System.Collections.Immutable;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Measurements;

/// <summary>All rows that are read from one OBIS reference: one for the meter itself, or one per medium on M-Bus channels.</summary>
public sealed record CatalogueEntry(int Index, ObisReference Reference, ValueKind Kind, MeasurementRole Role, ImmutableArray<Measurement> Rows);

/// <summary>
/// The list of measurements, with a lookup by OBIS reference. Immutable; make it with <see cref="Create"/>, which checks every row.
/// </summary>
public sealed class Catalogue
{
    readonly FrozenDictionary<ulong, CatalogueEntry> _byReference;
    readonly FrozenDictionary<(string Medium, string Id), Measurement> _byId;
    readonly FrozenDictionary<int, Medium> _byDeviceType;

    Catalogue(ImmutableArray<Medium> media, ImmutableArray<Market> markets, ImmutableArray<Measurement> rows)
    {
        Media = media;
        Markets = markets;
        Measurements = [.. rows.Select((row, index) => row with { Index = index })];
        Entries = [.. Measurements
            .SelectMany(row => row.References.Select(reference => (reference, row)))
            .GroupBy(static pair => pair.reference, static pair => pair.row)
            .Select((group, index) => new CatalogueEntry(index, group.Key, group.First().Kind, group.First().Role, [.. group]))];
        _byReference = Entries.ToFrozenDictionary(static entry => entry.Reference.Packed);
        _byId = Measurements.Where(static row => row.IsPublished).ToFrozenDictionary(static row => (row.Medium.Id, row.Id));
        _byDeviceType = media.SelectMany(static medium => medium.DeviceTypes.Select(type => (type, medium)))
            .ToFrozenDictionary(static pair => pair.type, static pair => pair.medium);
        ByMedium = media.ToFrozenDictionary(static medium => medium.Id, medium => Measurements.Where(row => row.Medium.Id == medium.Id).ToImmutableArray());
    }

    /// <summary>Kinds of meters.</summary>
    public ImmutableArray<Medium> Media { get; }

    /// <summary>Markets in the order in which they are recognised.</summary>
    public ImmutableArray<Market> Markets { get; }

    /// <summary>All rows, in the catalogue's order.</summary>
    public ImmutableArray<Measurement> Measurements { get; }

    /// <summary>All rows by reference.</summary>
    public ImmutableArray<CatalogueEntry> Entries { get; }

    /// <summary>Rows by the id of their medium, in the catalogue's order.</summary>
    public FrozenDictionary<string, ImmutableArray<Measurement>> ByMedium { get; }

    /// <summary>The medium of the P1 meter itself.</summary>
    public Medium Main => Media.First(static medium => medium.IsMain);

    /// <summary>Makes a catalogue, or throws <see cref="CatalogueException"/> with every fault found.</summary>
    public static Catalogue Create(ImmutableArray<Medium> media, ImmutableArray<Market> markets, ImmutableArray<Measurement> rows)
    {
        var problems = CatalogueRules.Check(media, markets, rows);
        return problems.IsEmpty ? new Catalogue(media, markets, rows) : throw new CatalogueException(problems);
    }

    /// <summary>The entry of a reference as it stands in a telegram, its M-Bus channel being 1 to 4; null when unknown.</summary>
    public CatalogueEntry? Find(ObisReference reference)
    {
        // Rows write "any channel" as 255; a telegram's own 255 is no M-Bus channel.
        if (reference.B == ObisReference.AnyChannel) return null;
        if (_byReference.TryGetValue(reference.Packed, out var entry)) return entry;
        return reference is { A: 0, B: >= 1 and <= 4 }
            ? _byReference.GetValueOrDefault(reference.WithChannel(ObisReference.AnyChannel).Packed)
            : null;
    }

    /// <summary>The entry of a reference as rows write it, <see cref="ObisReference.AnyChannel"/> included; null when there is none.</summary>
    public CatalogueEntry? EntryOf(ObisReference reference) => _byReference.GetValueOrDefault(reference.Packed);

    /// <summary>A row by medium and id; null when there is none.</summary>
    public Measurement? Find(string medium, string id) => _byId.GetValueOrDefault((medium, id));

    /// <summary>What a device type stands for; null for types nobody reads.</summary>
    public Medium? MediumOf(long deviceType)
        => deviceType is >= 0 and <= int.MaxValue ? _byDeviceType.GetValueOrDefault((int)deviceType) : null;
}

/// <summary>A fault in a catalogue row. <paramref name="Row"/> is its position among the rows, -1 for the catalogue itself.</summary>
public sealed record CatalogueProblem(int Row, string Id, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Id.Length == 0 ? Text : $"{Id}: {Text}";
}

/// <summary>The catalogue cannot be used; <see cref="Problems"/> says why, row by row.</summary>
public sealed class CatalogueException(ImmutableArray<CatalogueProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Every fault found.</summary>
    public ImmutableArray<CatalogueProblem> Problems { get; } = problems;
}
