using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

public class RawObjectTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void An_unknown_object_is_handed_on_as_sent()
        => Assert.Equal(
            ["1-0:99.99.0 (1)(2*kWh)", "9-9:9.9.9.4 (x)"],
            Read("1-0:1.7.0(00.500*kW)", "1-0:99.99.0(1)(2*kWh)", "9-9:9.9.9*4(x)"));

    [Fact]
    public void Objects_of_a_channel_that_nobody_reads_are_handed_on()
        => Assert.Equal(
            ["0-2:24.1.0 (099)", "0-2:24.2.1 (250212190000W)(00001.000*m3)"],
            Read("0-1:24.1.0(003)", "0-1:24.2.1(250212190000W)(00001.000*m3)", "0-2:24.1.0(099)", "0-2:24.2.1(250212190000W)(00001.000*m3)"));

    [Fact]
    public void A_history_in_another_layout_is_handed_on()
        => Assert.Equal(
            ["0-0:98.1.0 (230531235959S)(000173.640*kWh)(000047.719*kWh)"],
            Read("0-0:98.1.0(230531235959S)(000173.640*kWh)(000047.719*kWh)"));

    [Fact]
    public void Odd_bytes_become_question_marks_and_line_ends_vanish()
        => Assert.Equal(["9-9:9.9.9 (a?b)(c)(ÿ)"], Read("9-9:9.9.9(a\u0001b)\r\n(c)(\u00FF)"));

    [Fact]
    public void Whatever_a_stream_invents_the_topics_are_bounded_and_safe()
    {
        var (reader, raw) = (new TelegramReader(Some.Catalogue), new RawObjects(Some.Catalogue));
        var topics = new HashSet<string>();
        for (var round = 0; round < 20; round++)
        {
            Some.Outcomes(reader, Some.Telegram([.. Enumerable.Range(0, 50).Select(i => $"9-{round}:{i}.9.9(+#)")]));
            topics.UnionWith(raw.Read(reader.Telegram, reader.Readings).Select(static found => found.Reference));
        }

        Assert.Equal(ReadingSet.MaximumUnknown, topics.Count);
        Assert.DoesNotContain(topics, static topic => topic.AsSpan().IndexOfAny("+#/* ") >= 0);
    }

    [Fact]
    public void Raw_topics_keep_the_pace_of_live_values_and_are_taken_back()
    {
        var policy = new PublishPolicy(new PublishRules());
        var now = Some.Now;
        Assert.Equal([new Publication("raw/9-9:9.9.9", "(1)")], policy.Decide(Snapshot("(1)"), now));
        Assert.Empty(policy.Decide(Snapshot("(2)"), now + Second));
        Assert.Empty(policy.Decide(Snapshot("(3)"), now + 4 * Second));
        Assert.Equal([new Publication("raw/9-9:9.9.9", "(4)")], policy.Decide(Snapshot("(4)"), now + 5 * Second));

        Assert.Equal([new Publication("raw/9-9:9.9.9", null)], policy.Decide(Some.Snapshot(Some.Device("", "main")), now.AddMinutes(16)));
    }

    static MeterSnapshot Snapshot(string text) => Some.Snapshot(Some.Device("", "main")) with { Raw = [new RawObject("9-9:9.9.9", text)] };

    static IEnumerable<string> Read(params ReadOnlySpan<string> lines)
    {
        var reader = new TelegramReader(Some.Catalogue);
        Assert.True(Assert.Single(Some.Outcomes(reader, Some.Telegram(lines))).IsAccepted);
        return new RawObjects(Some.Catalogue).Read(reader.Telegram, reader.Readings).Select(static found => $"{found.Reference} {found.Text}");
    }
}
