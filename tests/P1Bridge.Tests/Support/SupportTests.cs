namespace P1Bridge.Tests.Support;

/// <summary>What other tests rely on must be able to fail.</summary>
public class SupportTests
{
    [Fact]
    public void A_sidecar_sees_a_lost_trailing_zero_a_missing_value_and_an_extra_result()
    {
        var sidecar = Sidecar.Of("bad/empty-history.txt");
        var right = $"[{string.Join(',', sidecar.Results.Select(static result => result.GetRawText()))}]";

        Assert.Null(sidecar.Differs(right));
        Assert.NotNull(sidecar.Differs(right.Replace("0.500", "0.5", StringComparison.Ordinal)));
        Assert.NotNull(sidecar.Differs(right.Replace("\"unit\": \"kW\"", "\"unit\": \"W\"", StringComparison.Ordinal)));
        Assert.NotNull(sidecar.Differs(right.Replace("1-0:99.97.0", "1-0:99.98.0", StringComparison.Ordinal)));
        Assert.NotNull(sidecar.Differs(right[..^1] + ",{\"result\":\"error\",\"class\":\"truncated\"}]"));
        Assert.NotNull(sidecar.Differs("[]"));
    }

    [Fact]
    public void An_optional_error_of_any_class_may_come_or_not()
    {
        const string Error = "{\"result\":\"error\",\"class\":\"truncated\"}";
        var sidecar = Sidecar.Of("bad/binary-noise.bin");

        Assert.Null(sidecar.Differs("[]"));
        Assert.Null(sidecar.Differs($"[{Error}]"));
        Assert.Null(sidecar.Differs($"[{Error},{Error},{Error}]"));
        Assert.NotNull(sidecar.Differs("[{\"result\":\"telegram\"}]"));
    }

    [Fact]
    public void A_test_clock_runs_timers_when_they_fall_due()
    {
        var clock = new TestTimeProvider(Some.Now);
        var ran = new List<TimeSpan>();
        using var once = clock.CreateTimer(_ => ran.Add(clock.GetUtcNow() - Some.Now), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => ran.Add(clock.GetUtcNow() - Some.Now), null, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));

        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(ran);
        clock.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Equal([3, 5, 7], ran.Select(static at => at.TotalSeconds));
        Assert.Equal(Some.Now.AddSeconds(8), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(8), clock.GetElapsedTime(0));
    }

    [Fact]
    public void A_jump_of_the_wall_clock_is_no_time()
    {
        var clock = new TestTimeProvider(Some.Now);

        clock.Jump(TimeSpan.FromHours(-1));

        Assert.Equal(Some.Now.AddHours(-1), clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetElapsedTime(0));
    }
}
