using System.Text;
using System.Text.Json;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary>Values as JSON.</summary>
static class Json
{
    static readonly JsonWriterOptions Options = new() { MaxDepth = 64 };

    public static string Write(object? value)
    {
        using var bytes = new MemoryStream();
        try
        {
            using var writer = new Utf8JsonWriter(bytes, Options);
            Write(writer, value);
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            throw new ValueException($"The value cannot be written as JSON: {problem.Message}");
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case Character character: writer.WriteStringValue(character.Text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case ScriptObject members: WriteMembers(writer, members); break;
            case IReadOnlyList<object?> items: WriteItems(writer, items); break;
            default: throw ValueException.Refuse($"{Kinds.NameOf(value)} as JSON");
        }
    }

    static void WriteMembers(Utf8JsonWriter writer, ScriptObject members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<object?> items)
    {
        writer.WriteStartArray();
        foreach (var item in items) Write(writer, item);
        writer.WriteEndArray();
    }

    public static object? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException problem)
        {
            throw new ValueException($"The text is no JSON: {problem.Message}");
        }
    }

    static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ReadMembers(element),
        JsonValueKind.Array => ScriptArray.Of(element.EnumerateArray().Select(Read)),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetDecimal(out var exact) ? exact : throw ValueException.Refuse("A number of this size in JSON"),
        JsonValueKind.True => Kinds.True,
        JsonValueKind.False => Kinds.False,
        _ => null,
    };

    static ScriptObject ReadMembers(JsonElement element)
    {
        var result = new ScriptObject();
        foreach (var member in element.EnumerateObject()) result.Set(member.Name, Read(member.Value));
        return result;
    }
}
