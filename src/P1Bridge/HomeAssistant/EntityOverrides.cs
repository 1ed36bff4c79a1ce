using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;

namespace P1Bridge.HomeAssistant;

/// <summary>The catalogue's entities as the user wants them.</summary>
sealed class EntityOverrides(IReadOnlyList<EntityOverride> overrides)
{
    /// <summary>Nothing otherwise than the catalogue has it.</summary>
    public static readonly EntityOverrides None = new([]);

    /// <summary>Whether a measurement is kept from Home Assistant.</summary>
    public bool IsExcluded(string medium, string id) => Find(medium, id) is { Exclude: true };

    /// <summary>The entity of a row that has one.</summary>
    public HomeAssistantEntity Of(Measurement row)
    {
        var entity = row.HomeAssistant!;
        if (Find(row.Medium.Id, row.Id) is not { } wanted) return entity;
        return entity with
        {
            Category = wanted.Category switch { null => entity.Category, EntityCategory.Diagnostic => "diagnostic", _ => null },
            Enabled = wanted.Enabled ?? entity.Enabled,
            DeviceClass = wanted.DeviceClass switch { "" => entity.DeviceClass, EntityOverride.NoClass => null, var other => other },
        };
    }

    /// <summary>Whether the class was taken away; then a list of allowed texts goes with it.</summary>
    public bool HasNoClass(Measurement row) => Find(row.Medium.Id, row.Id) is { DeviceClass: EntityOverride.NoClass };

    /// <summary>The name of a row's entity.</summary>
    public string NameOf(Measurement row, string language) => Find(row.Medium.Id, row.Id) is { Name: { Length: > 0 } name } ? name : row.Names.In(language);

    /// <summary>The one with the medium wins over the one for all media.</summary>
    EntityOverride? Find(string medium, string id)
    {
        EntityOverride? found = null;
        foreach (var candidate in overrides)
        {
            if (candidate.Covers(medium, id) && (found is null || candidate.Measurement.Contains('/', StringComparison.Ordinal))) found = candidate;
        }
        return found;
    }
}
