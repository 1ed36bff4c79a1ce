using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Generation;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class MessagesOutputTests
{
    readonly CollectedPublications _published = [];
    readonly TestTimeProvider _time = new();

    [Fact]
    public async Task Another_programs_document_is_reproduced_by_configuration_alone()
    {
        const string Document = """
            {"timestamp":"{{ time }}","electricity":{"consumption_t1":{{ values.energy_import_tariff_1 }},"power_w":{{ values.power_import * 1000 | math.format "0" }},"tariff":"{{ texts.tariff_name }}","limit":{{ values.limiter ?? "null" }}}
            {{- for meter in sub_meters }},"{{ meter.medium }}":{"value":{{ meter.values.volume }},"unit":"{{ meter.units.volume }}","read":"{{ meter.values.read_time }}"}{{ end }}}
            """;

        var lines = await SendAsync(new MessageOptions { Topic = "dsmr/{{ identifier | string.downcase }}/json", Payload = Document });

        Assert.Equal(
            ["""dsmr/1sag9999000103/json {"timestamp":"2025-11-05T17:53:48+01:00","electricity":{"consumption_t1":12874.206,"power_w":4662,"tariff":"day","limit":null},"gas":{"value":2871.504,"unit":"m3","read":"2025-11-05T17:50:03+01:00"},"water":{"value":412.087,"unit":"m3","read":"2025-11-05T17:51:12+01:00"}}"""],
            lines);
    }

    [Fact]
    public async Task Each_meter_on_the_M_Bus_has_a_message_of_its_own()
        => Assert.Equal(
            ["home/gas/meter 2871.504", "home/water/meter 412.087"],
            await SendAsync(new MessageOptions { Topic = "home/{{ sub_meter.name }}/{{ meter }}", Payload = "{{ sub_meter.texts.volume }}", Each = MessageScope.SubMeter }));

    [Fact]
    public async Task Numbers_keep_the_meters_decimals_and_months_are_an_object()
        => Assert.Equal(
            ["a 0.000 5.337 4.733 1762361628"],
            await SendAsync(new MessageOptions { Topic = "a", Payload = "{{ values.power_export }} {{ values.peak_month }} {{ values.peaks['2025-10'] }} {{ unix_time }}" }));

    [Theory]
    [InlineData("{{ if values.power > 100 }}a{{ end }}", "x")]
    [InlineData("a", "{{ values.nothing }}")]
    public async Task What_renders_to_nothing_is_not_sent(string topic, string payload) => Assert.Empty(await SendAsync(new MessageOptions { Topic = topic, Payload = payload }));

    [Fact]
    public async Task A_retained_message_is_a_state_and_another_one_is_for_now()
    {
        await SendAsync(new MessageOptions { Topic = "a", Payload = "1", Retain = true }, new MessageOptions { Topic = "b", Payload = "2" });

        Assert.Equal([new MqttPublication("a", "1", true, MessageKind.State), new MqttPublication("b", "2", false, MessageKind.Live)], _all);
    }

    [Fact]
    public async Task No_more_often_than_the_interval_says()
    {
        var output = Output(new MessageOptions { Topic = "a", Payload = "1", MinimumInterval = TimeSpan.FromSeconds(10) });
        var snapshot = Corpus.Snapshot("fluvius-1p");
        var sent = new List<int>();
        foreach (var seconds in (int[])[0, 5, 5, 9, 1])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await output.WriteAsync(snapshot, CancellationToken.None);
            sent.Add(_published.Take().Count);
        }

        Assert.Equal([1, 0, 1, 0, 1], sent);
    }

    [Theory]
    [InlineData("a/+/b")]
    [InlineData("a/#")]
    [InlineData(@"a\u0000")]
    public async Task A_topic_that_no_broker_takes_is_a_fault(string topic)
    {
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => SendAsync(new MessageOptions { Topic = "{{ topic = '" + topic + "'; topic }}", Payload = "x" }));

        Assert.Contains("change its template", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_while_rendering_names_the_template()
    {
        var fault = await Assert.ThrowsAsync<TemplateException>(() => SendAsync(new MessageOptions { Topic = "a", Payload = "{{ values | math.round }}", PayloadPlace = "my.json" }));

        Assert.StartsWith("my.json:1:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_meter_sends_nothing()
    {
        await Output(new MessageOptions { Topic = "a", Payload = "1" }).WriteAsync(new MeterSilence("meter"), CancellationToken.None);

        Assert.Empty(_published);
    }

    List<MqttPublication> _all = [];

    async Task<List<string>> SendAsync(params IReadOnlyList<MessageOptions> messages)
    {
        await Output(messages).WriteAsync(Corpus.Snapshot("fluvius-3p-gas-water-peaks"), CancellationToken.None);
        _all = [.. _published];
        return _published.Take();
    }

    MessagesOutput Output(params IReadOnlyList<MessageOptions> messages) => new(messages, _published.Add, _time);
}
