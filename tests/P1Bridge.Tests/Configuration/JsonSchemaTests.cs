using System.Text.Json;
using System.Text.RegularExpressions;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class JsonSchemaTests
{
    static readonly JsonElement Schema = JsonDocument.Parse(OptionsDocument.JsonSchema()).RootElement;

    [Fact]
    public void The_schema_says_which_draft_it_follows() =>
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema.GetProperty("$schema").GetString());

    [Fact]
    public void The_schema_knows_the_keys_of_the_program_and_no_others() => Assert.Equal(OptionSchema.Paths, Paths(Schema, ""));

    [Fact]
    public void Each_object_of_the_schema_refuses_unknown_keys() => Assert.All(Objects(Schema), o => Assert.False(o.GetProperty("additionalProperties").GetBoolean()));

    [Fact]
    public void Each_pattern_takes_the_default_and_the_examples_of_its_key()
    {
        var patterned = Objects(Schema).SelectMany(o => o.GetProperty("properties").EnumerateObject()).Where(p => p.Value.TryGetProperty("pattern", out _)).ToArray();
        Assert.True(patterned.Length > 10);
        foreach (var property in patterned)
        {
            var pattern = new Regex(property.Value.GetProperty("pattern").GetString()!, RegexOptions.ECMAScript);
            if (property.Value.TryGetProperty("default", out var standard)) Assert.Matches(pattern, standard.GetString());
            if (property.Value.TryGetProperty("examples", out var examples)) Assert.All(examples.EnumerateArray(), e => Assert.Matches(pattern, e.GetString()));
        }
    }

    static IEnumerable<JsonElement> Objects(JsonElement schema)
    {
        if (schema.TryGetProperty("items", out var items))
            foreach (var found in Objects(items)) yield return found;
        if (!schema.TryGetProperty("properties", out var properties)) yield break;
        yield return schema;
        foreach (var found in properties.EnumerateObject().SelectMany(p => Objects(p.Value))) yield return found;
    }

    static IEnumerable<string> Paths(JsonElement schema, string path)
    {
        // A section that may be a list of such sections has both; its keys are the same.
        if (schema.TryGetProperty("items", out var items) && !items.TryGetProperty("$ref", out _)) return Paths(items, path + "[]");
        if (!schema.TryGetProperty("properties", out var properties)) return [];
        return properties.EnumerateObject().SelectMany(p =>
        {
            var below = path.Length == 0 ? p.Name : $"{path}.{p.Name}";
            return Paths(p.Value, below).Prepend(below);
        });
    }
}
