using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace P1Bridge.Configuration;

/// <summary>The JSON schema (draft 2020-12) for editors.</summary>
static partial class OptionsDocument
{
    /// <summary><c>config/p1bridge.schema.json</c>. Nothing is required there: what a file lacks may come from the environment.</summary>
    public static string JsonSchema()
    {
        using var stream = new MemoryStream();
        // The file is read by editors, not embedded in HTML, so quotes and signs stay readable.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "P1Bridge configuration");
            Object(json, OptionSchema.Root);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    static void Object(Utf8JsonWriter json, OptionNode node)
    {
        if (node.AllowsMore) Types(json, "object", "array", "null");
        else Types(json, "object", "null");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        foreach (var child in node.Children) Property(json, child);
        json.WriteEndObject();
        if (!node.AllowsMore) return;
        json.WriteStartObject("items");
        json.WriteString("$ref", $"#/properties/{node.Name}");
        json.WriteEndObject();
    }

    static void Property(Utf8JsonWriter json, OptionNode node)
    {
        json.WriteStartObject(node.Name);
        if (node.Help.Length > 0) json.WriteString("description", node.Help);
        switch (node.Kind)
        {
            case OptionKind.Section or OptionKind.Map: Object(json, node); break;
            case OptionKind.List: Items(json, node); break;
            case OptionKind.Whole: Numeric(json, node, "integer"); break;
            case OptionKind.Number: Numeric(json, node, "number"); break;
            case OptionKind.Switch: Types(json, "boolean"); break;
            case OptionKind.Text or OptionKind.Secret: Types(json, "string", "number"); break;
            // A version is a number to editors, and a text to us.
            case OptionKind.Choice when node.Choices.All(IsNumber): Types(json, "string", "number"); break;
            default: Types(json, "string"); break;
        }
        Constraints(json, node);
        json.WriteEndObject();
    }

    static void Items(Utf8JsonWriter json, OptionNode node)
    {
        Types(json, "array", "null");
        json.WriteStartObject("items");
        Object(json, node.Children[0]);
        json.WriteEndObject();
    }

    static void Numeric(Utf8JsonWriter json, OptionNode node, string type)
    {
        Types(json, type);
        if (node.Minimum is { } minimum) json.WriteNumber("minimum", minimum);
        if (node.Maximum is { } maximum) json.WriteNumber("maximum", maximum);
    }

    static void Constraints(Utf8JsonWriter json, OptionNode node)
    {
        if (node.Pattern is { } pattern) json.WriteString("pattern", pattern);
        if (node.Choices.Count > 0) Choices(json, node.Choices);
        if (node.DefaultNote is null && node.Default is { } value) Value(json, node, "default", value);
        if (node.Example is not { } example || node.Kind == OptionKind.Secret) return;
        json.WriteStartArray("examples");
        Value(json, node, null, example);
        json.WriteEndArray();
    }

    static void Choices(Utf8JsonWriter json, IReadOnlyList<string> choices)
    {
        json.WriteStartArray("enum");
        foreach (var choice in choices) json.WriteStringValue(choice);
        foreach (var choice in choices.Where(IsNumber)) json.WriteNumberValue(decimal.Parse(choice, CultureInfo.InvariantCulture));
        json.WriteEndArray();
    }

    static bool IsNumber(string choice) => decimal.TryParse(choice, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    static void Value(Utf8JsonWriter json, OptionNode node, string? name, string value)
    {
        if (name is not null) json.WritePropertyName(name);
        if (node.Kind is OptionKind.Whole or OptionKind.Number) json.WriteNumberValue(decimal.Parse(value, CultureInfo.InvariantCulture));
        else if (node.Kind == OptionKind.Switch) json.WriteBooleanValue(value == "true");
        else json.WriteStringValue(value);
    }

    static void Types(Utf8JsonWriter json, params string[] types)
    {
        if (types.Length == 1) json.WriteString("type", types[0]);
        else Strings(json, "type", types);
    }

    static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
