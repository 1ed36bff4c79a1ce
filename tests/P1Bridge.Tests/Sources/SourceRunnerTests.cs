using System.Collections.Concurrent;
using System.Threading.Channels;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public sealed class SourceRunnerTests : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    static readonly byte[] Good = Some.Telegram("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)");

    readonly TestTimeProvider _time = new();
    readonly ScriptedSource _source = new();
    readonly KeptLog _log = new();
    readonly ConcurrentQueue<MeterUpdate> _updates = new();
    readonly CancellationTokenSource _stop = new();
    readonly TelegramReader _reader = new(Some.Catalogue);
    readonly SourceRunner _runner;
    int _publishFaults;
    readonly Task _running;

    public SourceRunnerTests()
    {
        _runner = new SourceRunner("meter", _source, _reader, new MeterPipeline(Some.Catalogue, new MeterPipelineOptions()), TimeSpan.FromSeconds(15), Publish, _time, _log);
        _running = _runner.RunAsync(_stop.Token);
    }

    [Fact]
    public async Task A_telegram_is_handed_on_while_the_source_stays_open()
    {
        _source.Send(Good);

        await UntilAsync(() => _updates.OfType<MeterSnapshot>().Any());
        Assert.True(_runner.IsReceiving);
        Assert.Null(_runner.Fault);
    }

    [Fact]
    public async Task A_source_that_cannot_be_opened_is_named_once_and_opened_when_it_is_back()
    {
        _source.Fail(new IOException("/dev/ttyUSB0 does not exist."), times: 3);
        await AdvanceUntilAsync(() => _log.Lines.Any(static line => line.Contains("does not exist", StringComparison.Ordinal)));

        _source.Send(Good);
        await AdvanceUntilAsync(() => _updates.OfType<MeterSnapshot>().Any());

        Assert.Single(_log.Lines, static line => line.Contains("does not exist", StringComparison.Ordinal));
        Assert.Single(_log.Lines, static line => line.Contains("is back", StringComparison.Ordinal));
        Assert.True(_source.Opened >= 2);
    }

    [Fact]
    public async Task Silence_is_told_once_and_ends_with_the_next_telegram()
    {
        _source.Send(Good);
        await UntilAsync(() => !_updates.IsEmpty);

        await AdvanceUntilAsync(() => _updates.OfType<MeterSilence>().Any());
        for (var i = 0; i < 60; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_runner.IsReceiving);
        Assert.Single(_updates.OfType<MeterSilence>());

        _source.Send(Good);
        await AdvanceUntilAsync(() => _updates.OfType<MeterSnapshot>().Count() == 2);
        Assert.Single(_log.Lines, static line => line.Contains("no valid telegram", StringComparison.Ordinal));
        Assert.Single(_log.Lines, static line => line.Contains("coming in again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_only_sends_damaged_telegrams_is_silent_too()
    {
        var damaged = Good.ToArray();
        damaged[40] ^= 1;
        await AdvanceUntilAsync(() =>
        {
            _source.Send(damaged);
            return _updates.OfType<MeterSilence>().Any();
        });

        Assert.Empty(_updates.OfType<MeterSnapshot>());
        Assert.Single(_log.Lines, static line => line.Contains("crc_mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checksum_errors_are_told_of_as_a_rate_and_not_each_one()
    {
        var damaged = Good.ToArray();
        damaged[40] ^= 1;
        for (var second = 0; second < 150; second++)
        {
            _source.Send(damaged);
            _source.Send(Good);
            await UntilAsync(() => _updates.Count == second + 1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var lines = _log.Lines.Where(static line => line.Contains("crc_mismatch", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains("121 of 241 refused so far, 59 since the last line", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_fails_in_a_way_nobody_foresaw_is_reported_once_and_opened_again()
    {
        _source.Fail(new InvalidOperationException("odd driver"), times: 3);
        await AdvanceUntilAsync(() => _runner.UnexpectedFaults == 3);

        _source.Send(Good);
        await AdvanceUntilAsync(() => _updates.OfType<MeterSnapshot>().Any());

        Assert.Contains("Please report this", Assert.Single(_log.Lines, static line => line.Contains("unexpected fault, InvalidOperationException: odd driver", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Null(_runner.Fault);
    }

    [Fact]
    public async Task A_telegram_that_cannot_be_worked_on_is_passed_over_and_the_next_one_counts()
    {
        _publishFaults = 2;
        for (var i = 0; i < 3; i++) _source.Send(Good);

        await UntilAsync(() => _updates.OfType<MeterSnapshot>().Any());
        Assert.Equal((2, 1), (_runner.UnexpectedFaults, _source.Opened));
        Assert.Single(_log.Lines, static line => line.Contains("unexpected fault", StringComparison.Ordinal) && line.Contains("no such row", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Half_a_telegram_before_an_unplugged_cable_never_joins_what_comes_after()
    {
        _source.Send(Good[..40]);
        await UntilAsync(() => _reader.IsInside);
        _source.Unplug();
        _source.Send(Good[40..]);
        _source.Send(Good);

        await AdvanceUntilAsync(() => _updates.OfType<MeterSnapshot>().Any());
        Assert.Single(_updates.OfType<MeterSnapshot>());
        Assert.Equal(1, _reader.Counters.Refused(Core.Telegrams.RejectReason.Truncated));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(Deadline));
        _stop.Dispose();
    }

    void Publish(MeterUpdate update)
    {
        if (_publishFaults-- > 0) throw new KeyNotFoundException("no such row");
        _updates.Enqueue(update);
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (!condition()) await Task.Delay(1, limit.Token);
    }

    /// <summary>Lets a second pass at a time; the runner's own tasks need a moment of real time between them.</summary>
    Task AdvanceUntilAsync(Func<bool> condition) => UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    /// <summary>Gives what a test sends; fails to open, or ends, when told to.</summary>
    sealed class ScriptedSource : IByteSource
    {
        readonly Channel<byte[]?> _pieces = Channel.CreateUnbounded<byte[]?>();
        readonly Queue<Exception> _failures = [];

        public int Opened { get; private set; }

        public string Description => "/dev/ttyUSB0";

        public bool EndsForGood => false;

        public void Send(byte[] piece) => _pieces.Writer.TryWrite(piece);

        public void Unplug() => _pieces.Writer.TryWrite(null);

        /// <summary>Ends the stream that is open; the next opens fail.</summary>
        public void Fail(Exception exception, int times)
        {
            lock (_failures)
            {
                while (times-- > 0) _failures.Enqueue(exception);
            }
            Unplug();
        }

        public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
        {
            lock (_failures)
            {
                if (_failures.TryDequeue(out var failure)) throw failure;
            }
            Opened++;
            return ValueTask.FromResult<Stream>(new PieceStream(_pieces.Reader));
        }
    }

    sealed class PieceStream(ChannelReader<byte[]?> pieces) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var piece = await pieces.ReadAsync(cancellationToken);
                if (piece is null) return 0;
                piece.CopyTo(buffer);
                if (piece.Length > 0) return piece.Length;
            }
        }
    }
}
