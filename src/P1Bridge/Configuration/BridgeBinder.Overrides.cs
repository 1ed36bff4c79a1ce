using P1Bridge.Core.Measurements;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Configuration;

/// <summary>The <c>homeassistant.overrides</c> list.</summary>
sealed partial class BridgeBinder
{
    const string AsItIs = "as it is";

    static IReadOnlyList<EntityOverride> Overrides(OptionsReader section)
    {
        Lazy<(Catalogue Catalogue, HomeAssistantRules Rules)> known = new(static () => (CatalogueLoader.Load(), HomeAssistantRules.Load()));
        var overrides = section.OptionalList(
            "overrides", "Single entities of Home Assistant as you want them. Topics, ids and values stay as they are.",
            (item, _) => Override(item, known));
        CheckTwice(overrides, section);
        return overrides;
    }

    static EntityOverride Override(OptionsReader item, Lazy<(Catalogue Catalogue, HomeAssistantRules Rules)> known)
    {
        var entity = new EntityOverride
        {
            Measurement = item.RequiredText(
                "measurement", "Id of the measurement, as in its topic; with the kind of sub-meter in front where only that one is meant: gas/volume.",
                TextRule.Measurement, "power_import_l1"),
            Name = item.Text("name", "", "Name of the entity, without the device's.", note: AsItIs, example: "Phase 1"),
            Category = item.OneOfOrNone(
                "entity_category", "diagnostic: listed apart and left out of generated dashboards.", AsItIs,
                ("diagnostic", EntityCategory.Diagnostic), ("none", EntityCategory.None)),
            Enabled = item.SwitchOrNone("enabled", "Whether it is switched on when it appears.", AsItIs),
            DeviceClass = item.Text(
                "device_class", "", "Device class, which must take the unit; none: no class, then no conversion of units and no picture either.", TextRule.DeviceClass,
                note: AsItIs, example: EntityOverride.NoClass),
            Exclude = item.Switch("exclude", false, "Not announced to Home Assistant at all; the topic stays."),
        };
        item.Require("measurement", "the id of a measurement, such as power_import_l1");
        if (entity.Measurement.Length > 0) Check(entity, item, known.Value.Catalogue, known.Value.Rules);
        return entity;
    }

    static void Check(EntityOverride entity, OptionsReader item, Catalogue catalogue, HomeAssistantRules rules)
    {
        var all = catalogue.ByMedium.Values.SelectMany(static rows => rows).Where(static row => row.IsPublished).ToList();
        var rows = all.FindAll(row => entity.Covers(row.Medium.Id, row.Id));
        if (rows.Count == 0)
        {
            var names = all.SelectMany(static row => row.Medium.IsMain ? (string[])[row.Id] : [row.Id, $"{row.Medium.Id}/{row.Id}"]).Distinct();
            var near = NearestName.Find(entity.Measurement, names);
            item.Refuse("measurement", near is null ? $"there is no measurement '{entity.Measurement}'; docs/topics.md lists them" : $"there is no measurement '{entity.Measurement}'; did you mean '{near}'?");
            return;
        }
        if (rows.TrueForAll(static row => row.HomeAssistant is null)) item.Refuse("measurement", $"'{entity.Measurement}' is no entity of Home Assistant; expected the id of one");
        if (entity.DeviceClass.Length == 0 || entity.DeviceClass == EntityOverride.NoClass) return;
        foreach (var row in rows.Where(static row => row.HomeAssistant is not null))
            CheckClass(entity, row, item, rules);
    }

    static void CheckClass(EntityOverride entity, Measurement row, OptionsReader item, HomeAssistantRules rules)
    {
        var own = row.HomeAssistant!;
        if (entity.DeviceClass == own.DeviceClass) return;
        var problem = rules.ProblemOf(own with { DeviceClass = entity.DeviceClass });
        var allowed = rules.ClassesFor(own).ToList();
        if (problem is null && allowed.Contains(entity.DeviceClass)) return;
        problem ??= $"device class '{entity.DeviceClass}' is not for this kind of value";
        item.Refuse("device_class", $"{row.Medium.Id}/{row.Id}: {problem}. Allowed here: {string.Join(", ", allowed.Prepend(EntityOverride.NoClass))}");
    }

    static void CheckTwice(IReadOnlyList<EntityOverride> overrides, OptionsReader section)
    {
        for (var i = 1; i < overrides.Count; i++)
        {
            var name = overrides[i].Measurement;
            if (name.Length > 0 && overrides.Take(i).Any(other => other.Measurement == name))
                section.RefuseItem("overrides", i, "measurement", $"'{name}' has an override already; put both into one");
        }
    }
}
