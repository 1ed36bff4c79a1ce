using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class MqttValuesOutputTests
{
    const string Power = "p1bridge/meter/power_import 0.500";
    static readonly string[] Electricity = ["0-0:96.1.1(3153414739393939303030313033)", "0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)"];
    static readonly string[] Gas = ["0-1:24.1.0(003)", "0-1:96.1.1(37464C4F39393939303030323031)", "0-1:24.2.3(250212192003W)(02871.504*m3)"];

    readonly TestTimeProvider _time = new();
    readonly CollectedPublications _sent = new();
    readonly Pipeline _pipeline = new();

    [Fact]
    public async Task The_meter_comes_online_before_its_first_values()
    {
        await WriteAsync(Output(), Electricity);

        var lines = _sent.Take();
        Assert.Equal("p1bridge/meter/availability online", lines[0]);
        Assert.Contains(Power, lines);
    }

    [Fact]
    public async Task A_silent_meter_goes_offline_once_and_comes_back_with_its_next_telegram()
    {
        var output = Output();
        await WriteAsync(output, Electricity);
        _sent.Take();

        await output.WriteAsync(new MeterSilence("meter"), CancellationToken.None);
        await output.WriteAsync(new MeterSilence("meter"), CancellationToken.None);
        Assert.Equal("p1bridge/meter/availability offline", Assert.Single(_sent.Take()));

        await WriteAsync(output, Electricity);
        Assert.Equal("p1bridge/meter/availability online", Assert.Single(_sent.Take()));
    }

    [Fact]
    public async Task A_sub_meter_missing_from_one_telegram_stays_online_and_goes_offline_after_a_minute()
    {
        var output = Output();
        await WriteAsync(output, [.. Electricity, .. Gas]);
        Assert.Contains("p1bridge/meter/gas/availability online", _sent.Take());

        _time.Advance(TimeSpan.FromSeconds(59));
        await WriteAsync(output, Electricity);
        Assert.DoesNotContain(_sent.Take(), static line => line.Contains("gas", StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(output, Electricity);
        Assert.Contains("p1bridge/meter/gas/availability offline", _sent.Take());

        await WriteAsync(output, [.. Electricity, .. Gas]);
        Assert.Contains("p1bridge/meter/gas/availability online", _sent.Take());
    }

    [Fact]
    public async Task After_a_birth_of_Home_Assistant_everything_goes_out_again_availability_first()
    {
        var output = Output();
        await WriteAsync(output, Electricity);
        _sent.Take();
        await WriteAsync(output, Electricity);
        Assert.Empty(_sent.Take());

        output.RepeatAll();
        await WriteAsync(output, Electricity);

        var lines = _sent.Take();
        Assert.Equal("p1bridge/meter/availability online", lines[0]);
        Assert.Contains(Power, lines);
    }

    [Fact]
    public async Task A_sub_meter_that_is_gone_is_not_spoken_of_when_everything_goes_out_again()
    {
        var output = Output();
        await WriteAsync(output, [.. Electricity, .. Gas]);
        _time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync(output, Electricity);
        Assert.Contains("p1bridge/meter/gas/availability offline", _sent.Take());

        output.RepeatAll();
        await WriteAsync(output, Electricity);
        Assert.DoesNotContain(_sent.Take(), static line => line.Contains("gas/", StringComparison.Ordinal));

        await WriteAsync(output, [.. Electricity, .. Gas]);
        Assert.Contains("p1bridge/meter/gas/availability online", _sent.Take());
    }

    [Fact]
    public async Task A_vanished_value_is_erased_even_where_nothing_is_retained()
    {
        var output = new MqttValuesOutput(new Topics("p1bridge"), new PublishRules(), retain: false, _sent.Add, _time);
        await WriteAsync(output, [.. Electricity, "1-0:32.7.0(231.7*V)"]);
        Assert.DoesNotContain(_sent, static sent => sent.Retain);

        _time.Advance(TimeSpan.FromMinutes(15));
        await WriteAsync(output, Electricity);

        Assert.Contains(new MqttPublication("p1bridge/meter/voltage_l1", null, Retain: true, MessageKind.State), _sent);
    }

    MqttValuesOutput Output() => new(new Topics("p1bridge"), new PublishRules(), retain: true, _sent.Add, _time);

    ValueTask WriteAsync(MqttValuesOutput output, string[] lines) => output.WriteAsync(_pipeline.Feed(lines), CancellationToken.None);
}
