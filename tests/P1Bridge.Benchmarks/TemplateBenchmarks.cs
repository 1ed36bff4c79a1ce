using BenchmarkDotNet.Attributes;
using P1Bridge.Templating;

namespace P1Bridge.Benchmarks;

/// <summary>A file of items as a home automation system reads it: a loop over 60 rows of 20 members, about 24 KB of text.</summary>
[MemoryDiagnoser, MedianColumn]
public class TemplateBenchmarks
{
    const int Rows = 60;

    const string Text = """
        {{~ for item in items ~}}
        {{ item.type }} {{ item.name | string.pad_right 24 }} "{{ item.label }} [{{ item.format }}]" <{{ item.icon }}> ({{ for group in item.groups }}{{ group }}{{ if !for.last }}, {{ end }}{{ end }})
            ["{{ item.tag1 }}", "{{ item.tag2 }}"] { channel="{{ item.binding }}:{{ item.bridge }}:{{ item.thing }}:{{ item.channel }}", unit="{{ item.unit ?? 'NULL' }}",
            expire="{{ item.expire }}m", pattern="{{ item.pattern }}", readOnly={{ item.read_only }}{{ if item.alarm }}, alarm="{{ item.alarm }}"{{ end }},
            topic="{{ item.topic }}/{{ item.id }}", digits={{ item.digits }}, factor={{ item.factor }} }
        {{~ end ~}}
        """;

    static readonly string[] Texts =
        ["type", "name", "label", "format", "icon", "tag1", "tag2", "binding", "bridge", "thing", "channel", "unit", "pattern", "topic", "id"];

    readonly ScriptObject _model = [];
    string _text = "";
    Template _template = Template.Parse("");

    [GlobalSetup]
    public void Setup()
    {
        _text = Text;
        _template = Template.Parse(_text, "items");
        _model["items"] = new ScriptArray(Enumerable.Range(0, Rows).Select(Row));
        if (_template.HasErrors || Render().Length < 20_000) throw new InvalidOperationException("the template renders something else");
    }

    [Benchmark]
    public bool Parse() => Template.Parse(_text, "items").HasErrors;

    [Benchmark(Baseline = true)]
    public string Render() => _template.Render(_model);

    static ScriptObject Row(int number)
    {
        var row = new ScriptObject
        {
            ["groups"] = new[] { "gMeter", "gPower" },
            ["expire"] = 5,
            ["read_only"] = true,
            ["alarm"] = number % 3 == 0 ? "high" : null,
            ["digits"] = 3,
            ["factor"] = 1.5m,
        };
        foreach (var name in Texts) row[name] = $"{name}_value_{number}";
        return row;
    }
}
