using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public sealed class OpenHabOutputTests : IDisposable
{
    static readonly MeterSnapshot Full = Corpus.Snapshot("fluvius-3p-gas-water-peaks");

    readonly TemporaryFolder _folder = new();
    readonly TestTimeProvider _time = new();
    readonly OpenHabOutput _output;

    public OpenHabOutputTests() => _output = Output("meter");

    string Items => File.ReadAllText(_folder.PathOf("items", "p1bridge.items"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_there_a_minute_after_the_first_telegram()
    {
        await SendAsync(Full, 0);
        await SendAsync(Full, 59);
        Assert.Empty(_folder.Files());

        await SendAsync(Full, 1);

        Assert.Contains("P1_Gas_Volume", Items, StringComparison.Ordinal);
        Assert.Equal(5, _folder.Files().Count());
    }

    [Fact]
    public async Task A_new_value_appears_and_one_that_is_gone_for_long_goes()
    {
        await SettleAsync(Full);
        var more = With(Full, "demand_finished");

        await SettleAsync(more);
        Assert.Contains("P1_Demand_Finished", Items, StringComparison.Ordinal);

        await SettleAsync(Full);
        Assert.Contains("P1_Demand_Finished", Items, StringComparison.Ordinal);
        await SendAsync(Full, 15 * 60);
        await SettleAsync(Full);
        Assert.DoesNotContain("P1_Demand_Finished", Items, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sub_meter_that_leaves_the_telegrams_keeps_its_thing()
    {
        await SettleAsync(Full);

        await SendAsync(Full with { Devices = [Full.Devices[0]] }, 3600);
        await SettleAsync(With(Full with { Devices = [Full.Devices[0]] }, "demand_finished"));

        Assert.Contains("P1_Gas_Volume", Items, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_values_write_nothing()
    {
        await SettleAsync(Full);
        File.SetLastWriteTimeUtc(_folder.PathOf("items", "p1bridge.items"), DateTime.UnixEpoch);

        await SettleAsync(Full);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder.PathOf("items", "p1bridge.items")));
    }

    [Fact]
    public async Task What_was_changed_by_hand_is_kept()
    {
        await SettleAsync(Full);
        File.AppendAllText(_folder.PathOf("items", "p1bridge.items"), "// mine\n");

        await SettleAsync(With(Full, "demand_finished"));

        Assert.EndsWith("// mine\n", Items, StringComparison.Ordinal);
        Assert.DoesNotContain("P1_Demand_Finished", File.ReadAllText(_folder.PathOf("things", "p1bridge.things")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_configured_meter_must_have_been_heard_of()
    {
        var output = Output("meter", "garage");
        await SendAsync(Full, 0, output);
        await SendAsync(Full, 120, output);
        Assert.Empty(_folder.Files());

        await SendAsync(Corpus.Snapshot("fluvius-1p", "garage"), 0, output);
        await SendAsync(Full, 60, output);

        Assert.Contains("P1_Garage_Power_Import", Items, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_written_is_tried_with_the_next_telegram_also_when_the_values_change()
    {
        var inTheWay = _folder.Add("items", "a file where a folder is to be");
        await SendAsync(Full, 0);
        await Assert.ThrowsAsync<IOException>(() => SendAsync(Full, 60));

        await Assert.ThrowsAsync<IOException>(() => SendAsync(With(Full, "demand_finished"), 1));
        Assert.Equal(["items"], _folder.Files());

        File.Delete(inTheWay);
        await SendAsync(With(Full, "demand_finished"), 1);
        Assert.Contains("P1_Demand_Finished", Items, StringComparison.Ordinal);
    }

    async Task SettleAsync(MeterSnapshot snapshot)
    {
        await SendAsync(snapshot, 0);
        await SendAsync(snapshot, 60);
    }

    async Task SendAsync(MeterSnapshot snapshot, int seconds, OpenHabOutput? output = null)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await (output ?? _output).WriteAsync(snapshot, CancellationToken.None);
    }

    static MeterSnapshot With(MeterSnapshot snapshot, string id)
    {
        var main = snapshot.Devices[0];
        return snapshot with { Devices = snapshot.Devices.SetItem(0, main with { Values = main.Values.Add(new PublishedValue(Some.Row(id), id, "1.000", null)) }) };
    }

    OpenHabOutput Output(params string[] meters) => new(
        new BridgeOptions
        {
            Meters = [.. meters.Select(static name => new MeterOptions { Name = name, Source = new SimulatorSourceOptions() })],
            OpenHab = new OpenHabOptions { Directory = _folder.Path },
        },
        Some.Catalogue, _time, NullLogger.Instance);
}
