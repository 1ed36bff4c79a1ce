using System.Collections.Immutable;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class ProfileSearchTests
{
    static readonly LineProfile Fast = new(115_200, false);
    static readonly LineProfile Slow = new(9600, true);
    static readonly LineProfile FastSeven = new(115_200, true);

    readonly TestTimeProvider _time = new();

    [Fact]
    public void Nothing_configured_leaves_what_meters_use_the_most_frequent_first()
        => Assert.Equal([Fast, Slow, FastSeven], ProfileSearch.Candidates(null, null));

    [Theory]
    [InlineData(115_200, null, "115200 8N1, 115200 7E1")]
    [InlineData(9600, null, "9600 7E1, 9600 8N1")]
    [InlineData(19_200, null, "19200 8N1, 19200 7E1")]
    [InlineData(null, false, "115200 8N1, 9600 8N1")]
    [InlineData(null, true, "9600 7E1, 115200 7E1")]
    [InlineData(9600, true, "9600 7E1")]
    public void What_is_configured_is_never_changed(int? baudRate, bool? isSevenEven, string candidates)
        => Assert.Equal(candidates, string.Join(", ", ProfileSearch.Candidates(baudRate, isSevenEven)));

    [Fact]
    public void A_silent_line_gets_twelve_seconds_with_each_profile_round_and_round()
    {
        var search = Begun();
        foreach (var profile in (LineProfile[])[Fast, Slow, FastSeven, Fast, Slow])
        {
            Assert.Equal(profile, search.Current);
            Listen(search, 9, LineFinding.Silent);
            Assert.Equal(profile, search.Current);
            Listen(search, 3, LineFinding.Silent);
        }
    }

    [Theory]
    [InlineData(LineFinding.CrcErrors)]
    [InlineData(LineFinding.LineEnds)]
    [InlineData(LineFinding.NoTelegram)]
    [InlineData(LineFinding.InvertedSignal)]
    [InlineData(LineFinding.Encrypted)]
    [InlineData(LineFinding.NotP1Hdlc)]
    [InlineData(LineFinding.NotP1Mbus)]
    public void What_no_profile_can_heal_moves_nothing(LineFinding finding)
    {
        var search = Begun();
        Listen(search, 60, finding);
        Assert.Equal(Fast, search.Current);
    }

    [Fact]
    public void A_proven_fault_does_not_wait_for_the_twelve_seconds()
    {
        var search = Begun();
        Listen(search, 3, LineFinding.WrongBaud, Confidence.High);
        Assert.Equal(Slow, search.Current);
    }

    [Fact]
    public void A_wrong_parity_is_changed_at_the_same_speed()
    {
        var search = Begun();
        Listen(search, 3, LineFinding.WrongParity, Confidence.High);
        Assert.Equal(FastSeven, search.Current);
    }

    [Fact]
    public void Time_in_which_the_line_was_closed_does_not_count()
    {
        var search = Begun();
        Listen(search, 6, LineFinding.Silent);
        search.Pause();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromSeconds(6), search.Listened);
        search.Begin();
        Listen(search, 3, LineFinding.Silent);
        Assert.Equal(Fast, search.Current);
        Listen(search, 3, LineFinding.Silent);
        Assert.Equal(Slow, search.Current);
    }

    [Fact]
    public void What_worked_last_time_is_tried_first()
    {
        Assert.Equal(FastSeven, Begun(FastSeven).Current);
        Assert.Equal(Fast, Begun(new LineProfile(2400, true)).Current);
    }

    [Fact]
    public void A_line_that_has_worked_may_be_silent_for_long()
    {
        var search = Begun(Slow);
        Listen(search, 117, LineFinding.Silent);
        Assert.Equal(Slow, search.Current);
        Listen(search, 3, LineFinding.Silent);
        Assert.Equal(FastSeven, search.Current);
        Listen(search, 12, LineFinding.Silent);
        Assert.Equal(Fast, search.Current);
    }

    [Fact]
    public void A_line_that_has_worked_and_looks_wrong_now_is_searched_again()
    {
        var search = Begun(Slow);
        Listen(search, 12, LineFinding.Noise);
        Assert.Equal(FastSeven, search.Current);
    }

    [Fact]
    public void A_proof_is_news_once_per_profile()
    {
        var search = Begun();
        Assert.True(search.Prove());
        Assert.False(search.Prove());
        Listen(search, 12, LineFinding.Noise);
        Assert.True(search.Prove());
        Assert.False(Begun(Slow).Prove());
    }

    [Fact]
    public void The_text_of_a_profile_is_read_back_and_nothing_else()
    {
        Assert.All(LineProfile.Standard, static profile => Assert.Equal(profile, LineProfile.Parse($"{profile}\n")));
        Assert.All(["", "9600", "9600 8E1", "-1 7E1", "0 7E1", "fast 8N1", "9600  7E1", "99999999999 7E1"], static text => Assert.Null(LineProfile.Parse(text)));
    }

    ProfileSearch Begun(LineProfile? remembered = null)
    {
        var search = new ProfileSearch(ProfileSearch.Candidates(null, null), remembered, _time);
        search.Begin();
        return search;
    }

    /// <summary>Listens in steps to the next look each, as the stream does.</summary>
    void Listen(ProfileSearch search, int seconds, LineFinding finding, Confidence confidence = Confidence.Medium)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero;)
        {
            var step = search.UntilLook;
            Assert.True(step > TimeSpan.Zero && step <= left);
            _time.Advance(step);
            left -= step;
            search.Look(new LineDiagnosis(finding, confidence, ImmutableArray<LineFact>.Empty));
        }
    }
}
