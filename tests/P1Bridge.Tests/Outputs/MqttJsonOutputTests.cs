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
    public async Task With_history_each_object_is_a_record_as_well()
    {
        var snapshot = new Pipeline().Feed("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)");
        var messages = new List<MqttPublication>();
        var output = new MqttJsonOutput(new Topics("p1bridge"), true, TimeSpan.Zero, TimeSpan.FromMinutes(15), messages.Add, _time, (message, _) => { messages.Add(message); return Task.CompletedTask; });

        await output.WriteAsync(snapshot, CancellationToken.None);

        Assert.True(output.WantsAll);
        Assert.Equal(
            [("p1bridge/meter/json", true, MessageKind.State), ("p1bridge/meter/history", false, MessageKind.History)],
            messages.Select(static message => (message.Topic, message.Retain, message.Kind)));
        Assert.Equal(messages[0].Payload, messages[1].Payload);
    }

    [Fact]
    public async Task Telegrams_that_waited_for_room_count_by_the_time_of_their_arrival()
    {
        var snapshot = new Pipeline().Feed("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)");
        var (records, room) = (new List<string>(), new TaskCompletionSource());
        var output = new MqttJsonOutput(new Topics("p1bridge"), true, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15), static _ => { }, _time, async (message, _) =>
        {
            records.Add(message.Topic);
            await room.Task;
        });
        var first = output.WriteAsync(snapshot, CancellationToken.None);
        Assert.False(first.IsCompleted);
        room.SetResult();
        await first;

        foreach (var seconds in (int[])[5, 10, 15, 20])
            await output.WriteAsync(snapshot with { ReceivedAt = snapshot.ReceivedAt.AddSeconds(seconds) }, CancellationToken.None);

        Assert.Equal(3, records.Count);
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

    [Fact]
    public async Task The_object_of_a_sub_meter_that_left_is_erased_once_and_comes_back_with_it()
    {
        string[] electricity = ["0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)"];
        string[] gas = ["0-1:24.1.0(003)", "0-1:96.1.1(37464C4F39393939303030323031)", "0-1:24.2.3(250212192003W)(02871.504*m3)"];
        var (without, with) = (new Pipeline().Feed(electricity), new Pipeline().Feed([.. electricity, .. gas]));
        var output = Output(TimeSpan.FromHours(1));
        await output.WriteAsync(with, CancellationToken.None);
        Assert.Equal(2, _sent.Take().Count);

        _time.Advance(TimeSpan.FromMinutes(10));
        await output.WriteAsync(with, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(14));
        await output.WriteAsync(without, CancellationToken.None);
        Assert.Empty(_sent.Take());

        _time.Advance(TimeSpan.FromMinutes(1));
        await output.WriteAsync(without, CancellationToken.None);
        await output.WriteAsync(without, CancellationToken.None);
        Assert.Equal("p1bridge/meter/gas/json (erased)", Assert.Single(_sent.Take()));

        _time.Advance(TimeSpan.FromMinutes(35));
        await output.WriteAsync(with, CancellationToken.None);
        Assert.Equal(2, _sent.Take().Count);
    }

    MqttJsonOutput Output(TimeSpan minimumInterval) => new(new Topics("p1bridge"), retain: true, minimumInterval, TimeSpan.FromMinutes(15), _sent.Add, _time);
}
