using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class MqttJsonOutputTests
{
    readonly TestTimeProvider _time = new();
    readonly CollectedPublications _sent = new();

    [Fact]
    public async Task Each_physical_meter_is_one_object_with_the_meters_digits()
    {
        var snapshot = new Pipeline().Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));

        await Output(TimeSpan.Zero).WriteAsync(snapshot, CancellationToken.None);

        Verify.Text(nameof(MqttJsonOutputTests), string.Join("\n", _sent.Take()) + "\n");
    }

    [Fact]
    public async Task Telegrams_within_the_minimum_interval_are_passed_over()
    {
        var snapshot = new Pipeline().Feed("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)");
        var output = Output(TimeSpan.FromSeconds(10));

        await output.WriteAsync(snapshot, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(9));
        await output.WriteAsync(snapshot, CancellationToken.None);
        Assert.Single(_sent.Take());

        _time.Advance(TimeSpan.FromSeconds(1));
        await output.WriteAsync(snapshot, CancellationToken.None);
        Assert.Single(_sent.Take());
    }

    MqttJsonOutput Output(TimeSpan minimumInterval) => new(new Topics("p1bridge"), retain: true, minimumInterval, _sent.Add, _time);
}
