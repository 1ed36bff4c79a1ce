using System.Globalization;
using System.Text;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Generation;

/// <summary>The part of the model that is the catalogue itself, whatever the meters send.</summary>
static class CatalogueModel
{
    public static TemplateMap Of(Catalogue catalogue, string language) => new()
    {
        ["media"] = catalogue.Media.Select(medium => (object?)new TemplateMap
        {
            ["id"] = medium.Id,
            ["is_main"] = medium.IsMain,
            ["label"] = ModelText.Clean(medium.Names.In(language)),
            ["device_types"] = medium.DeviceTypes.Select(static type => (object?)type).ToList(),
            ["measurements"] = catalogue.ByMedium[medium.Id].Where(static row => row.IsPublished).Select(row => (object?)Row(row, language)).ToList(),
        }).ToList(),
    };

    /// <summary>The kind as the catalogue writes it.</summary>
    public static string KindOf(Measurement row) => row.Part == ValuePart.Time ? "timestamp" : Snake(row.Kind.ToString());

    public static TemplateMap HomeAssistant(HomeAssistantEntity entity) => new()
    {
        ["platform"] = entity.Platform,
        ["device_class"] = entity.DeviceClass,
        ["state_class"] = entity.StateClass,
        ["unit"] = entity.Unit,
        ["precision"] = entity.Precision,
        ["category"] = entity.Category,
        ["enabled"] = entity.Enabled,
        ["icon"] = entity.Icon,
    };

    static TemplateMap Row(Measurement row, string language) => new()
    {
        ["id"] = row.Id,
        ["label"] = ModelText.Clean(row.Names.In(language)),
        ["kind"] = KindOf(row),
        ["unit"] = row.Unit?.Name,
        ["group"] = row.Group.ToString().ToLowerInvariant(),
        ["is_total"] = row.IsTotal,
        ["obis"] = row.References.Select(static reference => (object?)reference.ToString()).ToList(),
        ["formula"] = row.Formula?.ToString(),
        ["words"] = row.Words.Values.Select(static word => (object?)word).ToList(),
        ["can_be_none"] = row.CanBeNone,
        ["example"] = row.Example,
        ["note"] = ModelText.Clean(row.Note),
        ["home_assistant"] = row.HomeAssistant is { } entity ? HomeAssistant(entity) : null,
        ["openhab"] = new TemplateMap
        {
            ["type"] = row.OpenHab.Type,
            ["unit"] = row.OpenHab.Unit,
            ["tags"] = row.OpenHab.Tags.Select(static tag => (object?)tag).ToList(),
            ["icon"] = row.OpenHab.Icon,
            ["format"] = row.OpenHab.Format,
        },
    };

    static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append('_');
            text.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
