using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Sources;
using P1Bridge.Sources.Simulation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class SimulatorSourceTests
{
    static readonly DateTimeOffset Start = new(2026, 6, 17, 12, 0, 0, TimeSpan.FromHours(2));

    readonly TestTimeProvider _time = new(Start.AddMilliseconds(400));

    [Fact]
    public async Task A_telegram_comes_at_once_and_then_one_each_second()
    {
        await using var stream = await Source(new SimulatorOptions(7)).OpenAsync(CancellationToken.None);
        Assert.Contains("(260617120000S)", await ReadTelegramAsync(stream), StringComparison.Ordinal);
        for (var second = 1; second <= 3; second++)
        {
            var next = ReadTelegramAsync(stream);
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1000));
            Assert.Contains($"(26061712000{second}S)", await next, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(60, "(260617120100S)")]
    [InlineData(0.5, "(260617120000S)")]
    [InlineData(86400, "(260618120000S)")]
    public async Task A_faster_clock_still_gives_a_telegram_each_real_second(double speed, string stamp)
    {
        await using var stream = await Source(new SimulatorOptions(7, (decimal)speed, Start)).OpenAsync(CancellationToken.None);
        await ReadTelegramAsync(stream);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(stamp, await ReadTelegramAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_of_its_own_sets_the_meters_clock()
    {
        await using var stream = await Source(new SimulatorOptions(7, Start: Start.AddYears(-3))).OpenAsync(CancellationToken.None);
        Assert.Contains("(230617120000S)", await ReadTelegramAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_read_can_be_cancelled_and_the_next_one_goes_on()
    {
        await using var stream = await Source(new SimulatorOptions(7)).OpenAsync(CancellationToken.None);
        await ReadTelegramAsync(stream);
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[64], cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("(260617120001S)", await ReadTelegramAsync(stream), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seconds_that_nobody_read_are_gone()
    {
        await using var stream = await Source(new SimulatorOptions(7)).OpenAsync(CancellationToken.None);
        await ReadTelegramAsync(stream);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("(260617120030S)", await ReadTelegramAsync(stream), StringComparison.Ordinal);
        Assert.False(ReadTelegramAsync(stream).IsCompleted);
    }

    [Fact]
    public async Task Opened_again_the_house_has_lived_on()
    {
        var source = Source(new SimulatorOptions(7));
        await using (var first = await source.OpenAsync(CancellationToken.None))
            await ReadTelegramAsync(first);
        _time.Advance(TimeSpan.FromSeconds(5));
        await using var second = await source.OpenAsync(CancellationToken.None);
        Assert.Contains("(260617120005S)", await ReadTelegramAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_buffer_gets_the_telegram_in_pieces()
    {
        await using var stream = await Source(new SimulatorOptions(7)).OpenAsync(CancellationToken.None);
        var telegram = await ReadTelegramAsync(stream, buffer: 7);
        Assert.Equal(new SimulatedHouse(Start).Text(), telegram);
    }

    SimulatorSource Source(SimulatorOptions options) => new(CatalogueLoader.Load(), options, _time);

    static async Task<string> ReadTelegramAsync(Stream stream, int buffer = 512)
    {
        var (text, piece) = (new StringBuilder(), new byte[buffer]);
        do
        {
            var count = await stream.ReadAsync(piece);
            text.Append(Encoding.Latin1.GetString(piece, 0, count));
        }
        while (text.Length < 8 || text[^7] != '!' || text[^1] != '\n');
        return text.ToString();
    }
}
