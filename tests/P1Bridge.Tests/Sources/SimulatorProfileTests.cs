using System.Text;
using P1Bridge.Cli.Decoding;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources;
using P1Bridge.Sources.Simulation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class SimulatorProfileTests
{
    static readonly DateTimeOffset Summer = new(2026, 6, 17, 0, 0, 0, TimeSpan.FromHours(2));
    static readonly DateTimeOffset Winter = new(2026, 1, 20, 0, 0, 0, TimeSpan.FromHours(1));

    /// <summary>What each profile shows beside the electricity meter itself.</summary>
    static readonly Dictionary<string, string> Devices = new()
    {
        ["3-phase"] = "gas water", ["1-phase"] = "water", ["3x230v"] = "gas", ["heat"] = "heat warm_water water", ["emucs-2.1"] = "gas water",
        ["dsmr-2.2"] = "gas", ["luxembourg"] = "gas",
    };

    public static TheoryData<string> Profiles => [.. SimulatorProfileLoader.Names];

    [Theory, MemberData(nameof(Profiles))]
    public async Task A_summer_and_a_winter_day_of_each_profile_are_read_without_a_finding(string name)
    {
        foreach (var day in (DateTimeOffset[])[Summer, Winter])
        {
            var run = await RunAsync(name, day);
            Assert.All(run.Snapshots, static snapshot => Assert.Empty(snapshot.Held));
            Assert.Empty(run.Findings);
            Assert.Equal((0L, 0L, 0L), (run.Reader.Counters.BadLines, run.Reader.Counters.Duplicates, run.Reader.Counters.AllRefused));
            Assert.Empty(run.Reader.Readings.Unknown);
            Assert.Equal(Devices[name], string.Join(' ', run.Snapshots[^1].Devices.Skip(1).Select(static device => device.TopicName).Order(StringComparer.Ordinal)));
            AssertTotalsRise(run.Snapshots);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task The_sun_exports_at_a_summer_noon_and_never_at_night_and_the_car_charges(string name)
    {
        var snapshots = (await RunAsync(name, Summer, days: 3)).Snapshots;

        Assert.Contains(snapshots, static snapshot => snapshot.Number("power_export") > 1);
        Assert.All(snapshots.Where(static snapshot => At(snapshot).Hour is >= 23 or < 4), static snapshot => Assert.Equal(0, snapshot.Number("power_export")));
        Assert.Contains(snapshots, static snapshot => At(snapshot).Hour is >= 18 or < 4 && snapshot.Number("power_import") > 3.6m);
    }

    [Fact]
    public async Task A_heat_pump_works_in_winter_and_rests_in_summer()
    {
        var winter = await NightImportAsync("1-phase", Winter);
        var summer = await NightImportAsync("1-phase", Summer);

        Assert.True(winter > summer + 0.2m, $"{winter} kW in winter, {summer} kW in summer");
        Assert.True(await NightImportAsync("3-phase", Winter) < winter);
    }

    [Fact]
    public async Task On_a_grid_without_neutral_two_wattmeters_make_the_sum_and_the_second_phase_shows_nothing()
    {
        var run = await RunAsync("3x230v", Summer);

        Assert.All(run.Snapshots, static snapshot =>
        {
            var net = snapshot.Number("power_import_l1") - snapshot.Number("power_export_l1") + snapshot.Number("power_import_l3") - snapshot.Number("power_export_l3");
            Assert.InRange(snapshot.Number("power") - net, -0.002m, 0.002m);
            Assert.DoesNotContain(snapshot.Devices[0].Values, static value => value.Key is "voltage_l2" or "power_import_l2" or "current_l2");
        });
    }

    [Fact]
    public async Task The_encrypted_profile_opens_with_the_documented_key_and_with_no_other()
    {
        Assert.Contains($"decryption_key: {LuxembourgKey}", await File.ReadAllTextAsync(Repository.PathOf("docs", "configuration.md")), StringComparison.Ordinal);
        var bytes = await FirstAsync("luxembourg");

        Assert.Equal(0xDB, bytes[0]);
        Assert.Equal(RejectReason.KeyMissing, Reason(null));
        Assert.Equal(RejectReason.AuthFailed, Reason(CipherFrameWriter.Options(CipherFrameWriter.OtherKey)));
        Assert.Equal(RejectReason.None, Reason(CipherFrameWriter.Options(LuxembourgKey)));

        RejectReason Reason(DecryptionOptions? keys)
        {
            var reader = new TelegramReader(Some.Catalogue, decryption: keys);
            ReadOnlySpan<byte> stream = bytes;
            Assert.True(reader.TryRead(ref stream, out var outcome) || reader.TryComplete(out outcome));
            return outcome.Reason;
        }
    }

    [Fact]
    public async Task Meters_of_ten_seconds_send_each_ten_seconds()
    {
        var time = new TestTimeProvider(Summer);
        await using var stream = await Source("dsmr-2.2", time).OpenAsync(CancellationToken.None);
        await ReadAsync(stream);
        var next = ReadAsync(stream);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.EndsWith("!\r\n", Encoding.Latin1.GetString(await next), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_houses_never_have_a_meter_number_in_common()
    {
        foreach (var name in SimulatorProfileLoader.Names)
        {
            var (one, other) = ((await RunAsync(name, Summer, seed: 1, hours: 1)).Snapshots[0], (await RunAsync(name, Summer, seed: 2, hours: 1)).Snapshots[0]);
            Assert.Empty(one.Devices.Select(static device => device.Identity).Intersect(other.Devices.Select(static device => device.Identity)));
        }
    }

    const string LuxembourgKey = "0123456789ABCDEF0123456789ABCDEF";

    /// <summary>A telegram of the 2.2 kind has no clock of its own.</summary>
    static DateTimeOffset At(MeterSnapshot snapshot) => snapshot.ReceivedAt;

    static void AssertTotalsRise(List<MeterSnapshot> snapshots)
    {
        var last = new Dictionary<(string, string), decimal>();
        foreach (var (device, value) in snapshots.SelectMany(static snapshot => snapshot.Devices.SelectMany(static device => device.Values.Select(value => (device, value)))))
        {
            if (value.Row.MaximumRisePerHour is null) continue;
            var now = FixedPoint.Parse(value.Payload).ToDecimal();
            Assert.True(now >= last.GetValueOrDefault((device.TopicName, value.Key)), $"{device.TopicName} {value.Key} fell to {now}");
            last[(device.TopicName, value.Key)] = now;
        }
        Assert.NotEmpty(last);
    }

    static async Task<decimal> NightImportAsync(string name, DateTimeOffset day)
    {
        var run = await RunAsync(name, day, hours: 5);
        // The car would hide everything else.
        return run.Snapshots.Where(static snapshot => At(snapshot).Hour is >= 3 and < 5).Select(static snapshot => snapshot.Number("power_import")).Where(static power => power < 3).Average();
    }

    sealed record Run(TelegramReader Reader, List<MeterSnapshot> Snapshots, List<string> Findings);

    /// <summary>Lives through a day, a telegram every four minutes.</summary>
    static async Task<Run> RunAsync(string name, DateTimeOffset day, int days = 1, int? hours = null, int seed = 7)
    {
        const int step = 240;
        var time = new TestTimeProvider(day);
        await using var stream = await Source(name, time, seed).OpenAsync(CancellationToken.None);
        var run = new Run(new TelegramReader(Some.Catalogue, decryption: CipherFrameWriter.Options(LuxembourgKey)), [], []);
        var pipeline = new MeterPipeline(Some.Catalogue, new MeterPipelineOptions());
        for (var second = 0; second < (hours ?? 24 * days) * 3600; second += step)
        {
            var bytes = await ReadAsync(stream);
            Feed(run, pipeline, bytes, day.AddSeconds(second));
            time.Advance(TimeSpan.FromSeconds(step));
        }
        return run;
    }

    static void Feed(Run run, MeterPipeline pipeline, byte[] bytes, DateTimeOffset now)
    {
        ReadOnlySpan<byte> rest = bytes;
        var decoded = new TelegramDecoder(Some.Catalogue, CipherFrameWriter.Options(LuxembourgKey)).Append(bytes).OfType<DecodedTelegram>();
        run.Findings.AddRange(decoded.SelectMany(static telegram => telegram.Objects).Where(static found => found.Issue != IssueClass.None).Select(static found => $"{found.Reference}: {found.Issue}"));
        while (run.Reader.TryRead(ref rest, out var outcome))
        {
            Assert.Equal(RejectReason.None, outcome.Reason);
            run.Snapshots.Add(pipeline.Process(run.Reader.Readings, now));
        }
    }

    static SimulatorSource Source(string name, TimeProvider time, int seed = 7)
        => new(Some.Catalogue, new SimulatorOptions(seed) { Profile = SimulatorProfileLoader.Find(name, Some.Catalogue) }, time);

    static async Task<byte[]> FirstAsync(string name)
    {
        await using var stream = await Source(name, new TestTimeProvider(Summer)).OpenAsync(CancellationToken.None);
        return await ReadAsync(stream);
    }

    /// <summary>A whole telegram: the stream hands out as much of one as fits.</summary>
    static async Task<byte[]> ReadAsync(Stream stream)
    {
        var buffer = new byte[20_000];
        return buffer[..await stream.ReadAsync(buffer)];
    }
}
