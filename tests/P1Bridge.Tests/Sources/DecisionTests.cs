using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class DecisionTests
{
    [Fact]
    public async Task A_directory_in_place_of_a_file_is_called_one()
    {
        var exception = await Assert.ThrowsAsync<IOException>(async () => await new FileSource(Path.GetTempPath(), TimeProvider.System).OpenAsync(CancellationToken.None));

        Assert.Contains("is a directory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waits_double_up_to_the_longest_and_begin_anew_after_success()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds));
        backoff.Reset();
        Assert.Equal(1, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void A_year_of_failures_waits_no_longer_than_the_longest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        for (var i = 0; i < 100_000; i++) Assert.InRange(backoff.Next().TotalSeconds, 1, 10);
    }

    [Fact]
    public void One_line_a_minute_says_how_many_were_held_back()
    {
        var time = new TestTimeProvider();
        var limit = new LogLimit(time, TimeSpan.FromMinutes(1));

        Assert.True(limit.IsDue(out var held));
        Assert.Equal(0, held);
        for (var i = 0; i < 59; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(limit.IsDue(out _));
        }
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.IsDue(out held));
        Assert.Equal(59, held);
    }
}
