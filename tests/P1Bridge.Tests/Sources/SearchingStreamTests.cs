using P1Bridge.Core.Diagnosis;
using P1Bridge.Sources;
using P1Bridge.Tests.Diagnosis;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public sealed class SearchingStreamTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TestTimeProvider _time = new();
    readonly List<LineProfile> _opened = [];
    readonly List<LineProfile> _found = [];
    readonly LineSampler _sampler = new(Some.Catalogue);
    readonly ProfileSearch _search;
    readonly CancellationTokenSource _deadline = new(Patience);
    TestLine _line = new();

    public SearchingStreamTests() => _search = new ProfileSearch(LineProfile.Standard, null, _time);

    public void Dispose()
    {
        _line.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task The_bytes_are_handed_on_unchanged_and_the_first_telegram_proves_the_profile()
    {
        await using var stream = Open();
        var telegram = Corpus.Bytes("fluvius-1p.txt");
        _line.Send(telegram);
        Assert.Equal(telegram, await ReadAsync(stream, telegram.Length));
        Assert.Equal([LineProfile.Standard[0]], _found);
    }

    [Fact]
    public async Task A_silent_line_is_opened_with_one_profile_after_the_other_within_one_read()
    {
        await using var stream = Open();
        var read = ReadAsync(stream, 3);
        await AdvanceUntilAsync(() => _opened.Count == 3);
        _line.Send([1, 2, 3]);
        Assert.Equal([1, 2, 3], await read);
        Assert.Equal(LineProfile.Standard, _opened);
        Assert.Empty(_found);
    }

    [Fact]
    public async Task A_line_with_parity_bits_is_opened_as_7E1_although_bytes_never_pause()
    {
        await using var stream = Open();
        _line.Send(Line.WithEvenParity(Corpus.Bytes("fluvius-1p.txt")));
        _time.Advance(TimeSpan.FromSeconds(2));
        await ReadAsync(stream, 625);
        _time.Advance(TimeSpan.FromSeconds(1));
        var next = ReadAsync(stream, 625);
        await WaitAsync(() => _opened.Count == 2);
        _line.Send(Corpus.Bytes("fluvius-1p.txt"));
        await next;
        Assert.Equal([new LineProfile(115_200, true)], _found);
    }

    [Fact]
    public async Task What_was_heard_survives_a_silence_that_closed_the_line()
    {
        var half = Corpus.Bytes("fluvius-1p.txt")[..300];
        await using (var first = Open())
        {
            _line.Send(half);
            await ReadAsync(first, half.Length);
        }
        await using var second = Open();
        _line.Send(Corpus.Bytes("fluvius-1p.txt").AsSpan(300));
        await ReadAsync(second, 325);
        Assert.Single(_found);
    }

    [Fact]
    public async Task Cancelling_a_read_is_the_callers_own_and_loses_nothing()
    {
        await using var stream = Open();
        using var stop = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[8], stop.Token).AsTask();
        await stop.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(stop.Token, cancelled.CancellationToken);
        _line.Send([7]);
        Assert.Equal([7], await ReadAsync(stream, 1));
    }

    [Fact]
    public async Task A_port_that_is_gone_when_the_profile_changes_is_a_fault_like_any_other()
    {
        var isGone = false;
        await using var stream = new SearchingStream(_search, _sampler, _ => isGone ? throw new IOException("gone") : _line, _found.Add, _time).Open();
        isGone = true;
        var read = stream.ReadAsync(new byte[8], _deadline.Token).AsTask();
        await AdvanceUntilAsync(() => read.IsCompleted);
        Assert.Equal("gone", (await Assert.ThrowsAsync<IOException>(() => read)).Message);
    }

    SearchingStream Open() => new SearchingStream(_search, _sampler, OpenLine, _found.Add, _time).Open();

    TestLine OpenLine(LineProfile profile)
    {
        _opened.Add(profile);
        return _line = new TestLine();
    }

    async Task<byte[]> ReadAsync(SearchingStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _deadline.Token);
        return bytes;
    }

    /// <summary>Time moves on in small steps, so that each timer is set before its moment has passed.</summary>
    async Task AdvanceUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, _deadline.Token);
        }
    }

    async Task WaitAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, _deadline.Token);
    }
}

/// <summary>A line that gives what a test sends, and waits otherwise.</summary>
sealed class TestLine : Stream
{
    readonly System.IO.Pipelines.Pipe _pipe = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_pipe.Writer.GetSpan(bytes.Length));
        _pipe.Writer.Advance(bytes.Length);
        var flushed = _pipe.Writer.FlushAsync();
        Assert.True(flushed.IsCompleted);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await _pipe.Reader.ReadAsync(cancellationToken);
        var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        var part = result.Buffer.Slice(0, count);
        foreach (var segment in part)
        {
            segment.CopyTo(buffer);
            buffer = buffer[segment.Length..];
        }
        _pipe.Reader.AdvanceTo(part.End);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
