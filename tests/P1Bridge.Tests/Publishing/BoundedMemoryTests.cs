using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>What is remembered stays small, also with a meter that calls itself something else all the time.</summary>
public class BoundedMemoryTests
{
    const int Telegrams = 100_000;

    static readonly MeterPipelineOptions Options = new() { ContinuousTotals = true };

    readonly Random _random = new(20250114);
    readonly Pipeline _pipeline = new(Options);
    DateTimeOffset _clock = new(2025, 1, 14, 12, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void Identifiers_that_change_with_each_telegram_are_no_meters()
    {
        _pipeline.Feed(Telegram("MAIN", "GAS", type: 3));

        for (var i = 0; i < Telegrams; i++)
            Assert.Empty(_pipeline.Feed(Telegram(Name(), Name(), _random.Next(2, 8))).Devices);

        Assert.Equal(["GAS", "MAIN"], _pipeline.Meter.Registry.Meters.Select(static meter => meter.Identity).Order());
        Assert.Equal(["GAS"], _pipeline.Meter.SubMeters.Places.Select(static place => place.Identity));
        Assert.Equal("1.000", _pipeline.Feed(Telegram("MAIN", "GAS", type: 3)).Payload("gas/volume"));
    }

    [Fact]
    public async Task Identifiers_that_last_as_long_as_it_takes_to_be_believed_fill_nothing()
    {
        var topics = new HashSet<string>();
        var time = new TestTimeProvider();
        using var discovery = new HomeAssistantDiscoveryOutput(Discovery.Builder(), new DiscoveryPlanOptions(), [Discovery.Meter], static _ => { }, time, static () => 0, NullLogger.Instance);
        var values = new MqttValuesOutput(Discovery.Topics, new PublishRules(), retain: true, publication => topics.Add(publication.Topic), time);
        for (var i = 0; i < Telegrams / 10 / Options.AgreeingTelegrams; i++)
        {
            var telegram = Telegram(Name(), Name(), new[] { 3, 7 }[_random.Next(2)]);
            for (var repeat = 0; repeat < Options.AgreeingTelegrams; repeat++)
            {
                var snapshot = _pipeline.Feed(telegram);
                await discovery.WriteAsync(snapshot, default);
                await values.WriteAsync(snapshot, default);
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.InRange(_pipeline.Meter.SubMeters.Places.Count(), 2, 2 * SubMeterMap.MaximumPlaces);
        Assert.InRange(_pipeline.Meter.Registry.Meters.Count(), 10, (1 + 2 * SubMeterMap.MaximumPlaces) * (MeterRegistry.MaximumReplaced + 1));
        Assert.InRange(_pipeline.Meter.Guard.Totals.Select(static total => total.Meter).Distinct().Count(), 10, TotalGuard.MaximumMeters);
        Assert.InRange(_pipeline.Meter.Peaks.Peaks.Count(), 1, PeakHistory.MaximumMeters * (PeakHistory.Months + 1));
        Assert.InRange(_pipeline.Meter.Continuous.Firsts.Count(), 1, ContinuousTotals.MaximumFirsts);
        Assert.InRange(StateSize(), 1, 128 * 1024);
        Assert.InRange(topics.Count, 10, 200);
    }

    [Fact]
    public void A_stored_memory_that_grew_too_large_is_cut_when_it_is_read()
    {
        var at = _clock;
        var state = new MeterState
        {
            Totals = [.. Enumerable.Range(0, 5000).Select(i => new GuardedTotal($"M{i}", "volume", Some.Number("1.0"), at, at.AddSeconds(i)))],
            Places = [.. Enumerable.Range(1, 5000).Select(i => new SubMeterPlace($"M{i}", "gas", i, at, at))],
            Meters = [.. Enumerable.Range(0, 5000).Select(i => new KnownMeter($"M{i}", "gas", "gas", at, at.AddSeconds(i), $"M{i + 1}"))],
            Peaks = [.. Enumerable.Range(0, 5000).Select(i => new KeptPeak($"M{i}", new DateOnly(2025, 1, 1), at, Some.Number("3.0"), PeakOrigin.History))],
            Firsts = [.. Enumerable.Range(0, 5000).Select(i => new FirstTotal($"M{i}", "volume", Some.Number("1.0")))],
        };

        state.Restore(_pipeline.Meter);

        var kept = MeterState.Of(_pipeline.Meter);
        Assert.Equal(
            (TotalGuard.MaximumMeters, SubMeterMap.MaximumPlaces, MeterRegistry.MaximumReplaced, PeakHistory.MaximumMeters, ContinuousTotals.MaximumFirsts),
            (kept.Totals.Length, kept.Places.Length, kept.Meters.Length, kept.Peaks.Length, kept.Firsts.Length));
        Assert.Contains(kept.Totals, static total => total.Meter == "M4999");
        Assert.Contains(kept.Meters, static meter => meter.Identity == "M4999");
    }

    string Name() => $"N{_random.Next():X8}";

    byte[] Telegram(string main, string gas, int type)
    {
        _clock = _clock.AddSeconds(1);
        return Some.Telegram(
            $"0-0:96.1.1({Some.Hex(main)})", "0-0:96.1.4(50217)", $"0-0:1.0.0({_clock:yyMMddHHmmss}W)", "1-0:1.8.1(000001.000*kWh)", "1-0:1.6.0(250103181500W)(05.337*kW)",
            $"0-1:24.1.0({type:000})", $"0-1:96.1.1({Some.Hex(gas)})", $"0-1:24.2.{(type == 3 ? 3 : 1)}({_clock:yyMMddHHmmss}W)(00001.000*m3)");
    }

    long StateSize()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) MeterState.Of(_pipeline.Meter).Write(json);
        return buffer.Length;
    }
}
