using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public sealed class ReplaySourceTests : IDisposable
{
    const string Start = "p1bridge-recording 1 2025-11-05T17:53:48.123+01:00 /dev/ttyUSB0\n";

    readonly string _path = Path.GetTempFileName();
    readonly TestTimeProvider _time = new();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Bytes_come_at_the_pace_of_the_recording()
    {
        await using var stream = await OpenAsync("250 a\n1000 b\n1000 c\n");
        Assert.Equal("a", await ReadAfterAsync(stream, 250));
        Assert.Equal("b", await ReadAfterAsync(stream, 750));
        Assert.Equal("c", await ReadAfterAsync(stream, 0));
        Assert.Equal("", await ReadAfterAsync(stream, 0));
    }

    [Fact]
    public async Task Ten_times_faster_is_a_tenth_of_the_wait()
    {
        await using var stream = await OpenAsync("1000 a\n2000 b\n", new ReplaySourceOptions("", 10));
        Assert.Equal("a", await ReadAfterAsync(stream, 100));
        Assert.Equal("b", await ReadAfterAsync(stream, 100));
    }

    [Fact]
    public async Task Without_limit_nothing_waits()
    {
        await using var stream = await OpenAsync("1000 a\n99000000 b\n", new ReplaySourceOptions("", null));
        Assert.Equal("a", await ReadAfterAsync(stream, 0));
        Assert.Equal("b", await ReadAfterAsync(stream, 0));
        Assert.Equal("", await ReadAfterAsync(stream, 0));
    }

    [Fact]
    public async Task A_reader_that_was_slow_catches_up()
    {
        await using var stream = await OpenAsync("0 a\n1000 b\n2000 c\n5000 d\n");
        Assert.Equal("a", await ReadAfterAsync(stream, 0));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("b", await ReadAfterAsync(stream, 0));
        Assert.Equal("c", await ReadAfterAsync(stream, 0));
        Assert.Equal("d", await ReadAfterAsync(stream, 2000));
    }

    [Fact]
    public async Task A_loop_begins_anew_a_second_after_the_last_bytes()
    {
        await using var stream = await OpenAsync("500 a\n2000 b\n", new ReplaySourceOptions("", Loop: true));
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("a", await ReadAfterAsync(stream, round == 0 ? 500 : 1500));
            Assert.Equal("b", await ReadAfterAsync(stream, 1500));
        }
    }

    [Fact]
    public async Task A_loop_over_nothing_ends()
    {
        await using var stream = await OpenAsync("# nothing\n", new ReplaySourceOptions("", null, Loop: true));
        Assert.Equal("", await ReadAfterAsync(stream, 0));
    }

    [Fact]
    public async Task A_file_of_telegrams_gives_one_a_second()
    {
        File.WriteAllBytes(_path, [.. Corpus.Bytes("fluvius-1p.txt"), .. Corpus.Bytes("fluvius-3p.txt")]);
        await using var stream = await new ReplaySource(new ReplaySourceOptions(_path), _time).OpenAsync(CancellationToken.None);
        Assert.Equal(Corpus.Bytes("fluvius-1p.txt"), await ReadManyAsync(stream, Corpus.Bytes("fluvius-1p.txt").Length));
        var next = ReadManyAsync(stream, Corpus.Bytes("fluvius-3p.txt").Length);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Corpus.Bytes("fluvius-3p.txt"), await next);
    }

    [Fact]
    public async Task Small_buffers_get_a_chunk_in_pieces()
    {
        await using var stream = await OpenAsync("0 abcdefgh\n");
        Assert.Equal("abc", await ReadAfterAsync(stream, 0, buffer: 3));
        Assert.Equal("defgh", await ReadAfterAsync(stream, 0));
    }

    [Fact]
    public async Task A_wait_that_was_given_up_goes_on_in_the_next_stream()
    {
        var source = Source("0 a\n40000 b\n41000 c\n");
        await using (var first = await source.OpenAsync(CancellationToken.None))
        {
            Assert.Equal("a", await ReadAfterAsync(first, 0));
            using var cancellation = new CancellationTokenSource();
            var read = first.ReadAsync(new byte[8], cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
            Assert.False(source.EndsForGood);
        }
        _time.Advance(TimeSpan.FromSeconds(15));
        await using var second = await source.OpenAsync(CancellationToken.None);
        Assert.Equal("b", await ReadAfterAsync(second, 25_000));
        Assert.Equal("c", await ReadAfterAsync(second, 1000));
        Assert.Equal("", await ReadAfterAsync(second, 0));
        Assert.True(source.EndsForGood);
    }

    [Fact]
    public async Task A_recorded_silence_is_told_as_one_and_the_rest_is_read()
    {
        var telegram = Some.Latin(Some.Telegram("1-0:1.7.0(00.500*kW)")).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r\n", "\\r\\n", StringComparison.Ordinal);
        var updates = new System.Collections.Concurrent.ConcurrentQueue<MeterUpdate>();
        var runner = new SourceRunner(
            "meter", Source($"0 {telegram}\n60000 {telegram}\n"), new TelegramReader(Some.Catalogue), new MeterPipeline(Some.Catalogue, new MeterPipelineOptions()),
            TimeSpan.FromSeconds(15), updates.Enqueue, _time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var running = runner.RunAsync(CancellationToken.None);
        await AdvanceUntilAsync(() => running.IsCompleted);
        await running;
        Assert.Equal(["MeterSnapshot", "MeterSilence", "MeterSnapshot"], updates.Select(static update => update.GetType().Name));
    }

    [Fact]
    public async Task A_missing_or_broken_file_ends_for_good_with_its_name()
    {
        var missing = new ReplaySource(new ReplaySourceOptions("/nowhere/x.p1rec"), _time);
        Assert.Contains("/nowhere/x.p1rec", (await Assert.ThrowsAnyAsync<IOException>(async () => await missing.OpenAsync(default))).Message, StringComparison.Ordinal);
        Assert.True(missing.EndsForGood);
        var broken = Source("0 a\noops\n");
        await using var stream = await broken.OpenAsync(default);
        Assert.Equal("a", await ReadAfterAsync(stream, 0));
        var exception = await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[8]));
        Assert.StartsWith($"{_path}:3:1: expected", exception.Message, StringComparison.Ordinal);
        Assert.True(broken.EndsForGood);
    }

    [Fact]
    public async Task A_file_source_reads_recordings_too_and_at_once()
    {
        File.WriteAllText(_path, Start + "1000 a\n9000 b\\r\\n\n");
        await using var stream = await new FileSource(_path, _time).OpenAsync(CancellationToken.None);
        Assert.Equal("ab\r\n", Some.Latin(await ReadManyAsync(stream, 4)));
        Assert.Equal(0, await stream.ReadAsync(new byte[8]));
    }

    ReplaySource Source(string lines, ReplaySourceOptions? options = null)
    {
        File.WriteAllText(_path, Start + lines);
        return new ReplaySource((options ?? new ReplaySourceOptions("")) with { Path = _path }, _time);
    }

    ValueTask<Stream> OpenAsync(string lines, ReplaySourceOptions? options = null) => Source(lines, options).OpenAsync(CancellationToken.None);

    /// <summary>What one read yields, which must come after exactly so many milliseconds.</summary>
    async Task<string> ReadAfterAsync(Stream stream, int milliseconds, int buffer = 64)
    {
        var bytes = new byte[buffer];
        var read = stream.ReadAsync(bytes).AsTask();
        if (milliseconds > 0)
        {
            await UntilAsync(() => read.IsCompleted || _time.Timers > 0);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.False(read.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        return Encoding.Latin1.GetString(bytes, 0, await read.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    static async Task<byte[]> ReadManyAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    async Task AdvanceUntilAsync(Func<bool> condition) => await UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "The condition did not come true in time.");
            await Task.Delay(5);
        }
    }
}
