using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;

namespace P1Bridge.HomeAssistant;

/// <summary>The few payloads that Home Assistant cannot take as they are, and the Jinja templates that help it.</summary>
static class ValueTemplates
{
    /// <summary>A state of more characters is refused and becomes unknown.</summary>
    const int LongestState = 255;

    /// <summary>The template of a row's entity, or null when the payload is the state.</summary>
    public static string? Of(Measurement row, HomeAssistantEntity entity, bool isEnum)
    {
        // A word that is neither on nor off would be an error in the log each time; here it is off.
        if (entity.Platform == "binary_sensor") return $"{{{{ 'ON' if value == {Quote(entity.PayloadOn ?? "")} else 'OFF' }}}}";
        if (isEnum) return null;
        if (row.Kind is ValueKind.Text or ValueKind.HexText) return $"{{{{ value[:{LongestState}] }}}}";
        // The exact text None is "unknown" to Home Assistant; any other word is an error for a number.
        var canBeNone = row.EmptyMeansNone || !row.OffValues.IsEmpty;
        return canBeNone ? $"{{{{ None if value == {Quote(Reading.NoneWord)} else value }}}}" : null;
    }

    static string Quote(string text)
        => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
