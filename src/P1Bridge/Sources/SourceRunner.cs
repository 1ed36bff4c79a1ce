using Microsoft.Extensions.Logging;
using P1Bridge.Cli;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources;

/// <summary>
/// Reads one meter for ever: opens its source, feeds the reader, hands on snapshots, notices silence, and opens anew with growing
/// waits. Says "down" once, naming each different reason once, and "up" once; a short interruption is one line.
/// </summary>
sealed class SourceRunner(
    string meter, IByteSource source, TelegramReader reader, MeterPipeline pipeline, TimeSpan silenceTimeout,
    Action<MeterUpdate> publish, TimeProvider time, ILogger log, Action<ReadOnlySpan<byte>>? tap = null)
{
    /// <summary>A telegram that is not complete so long after its start was cut off (DSMR 5.0.2 P1: within a second; older: eight).</summary>
    static readonly TimeSpan TelegramTimeout = TimeSpan.FromSeconds(10);

    readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    readonly LogLimit _refusals = new(time, TimeSpan.FromMinutes(1));
    readonly LogLimit _interruptions = new(time, TimeSpan.FromMinutes(1));
    readonly UnexpectedFaults _unexpected = new(meter, log);
    readonly HashSet<string> _saidReasons = [];
    readonly byte[] _buffer = new byte[4096];
    readonly SilenceWatch _silence = new(silenceTimeout, time);
    string? _fault;
    bool _wasOpened;
    bool _isSilent;
    bool _saidSilence;

    /// <summary>Whether telegrams are coming in.</summary>
    public bool IsReceiving => !_isSilent && reader.Counters.Accepted > 0;

    /// <summary>Why the source is down; null while it is open.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Faults that nobody foresaw; each different one was logged once.</summary>
    public long UnexpectedFaults => _unexpected.Count;

    /// <summary>Runs until cancelled, or until a source that ends for good has ended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await OpenAndReadAsync(cancellation);
            }
            catch (Exception exception) when (!source.EndsForGood && !(exception is OperationCanceledException && cancellation.IsCancellationRequested))
            {
                // A source that fails in a way of its own heals like one that is unplugged.
                _unexpected.Note(exception);
                Interrupted(exception.Message);
            }
            if (source.EndsForGood)
            {
                log.LogInformation("{Meter}: {Source} has ended; {Telegrams} read", meter, source.Description, Counted.Of(reader.Counters.Accepted, "telegram"));
                return;
            }
            await Task.Delay(_backoff.Next(), time, cancellation);
            NoticeSilence();
        }
    }

    async Task OpenAndReadAsync(CancellationToken cancellation)
    {
        if (await TryOpenAsync(cancellation) is not { } stream) return;
        await using (stream)
            await ReadAsync(stream, cancellation);
    }

    async Task<Stream?> TryOpenAsync(CancellationToken cancellation)
    {
        try
        {
            var stream = await source.OpenAsync(cancellation);
            Opened();
            return stream;
        }
        catch (IOException exception) when (!source.EndsForGood)
        {
            Down(exception.Message);
            return null;
        }
    }

    async Task ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = cancellation.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        while (true)
        {
            limit.CancelAfter(reader.IsInside && TelegramTimeout < _silence.Limit ? TelegramTimeout : _silence.Limit);
            int count;
            try
            {
                count = await stream.ReadAsync(_buffer, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // A stalled adapter or a half-open socket heals by being opened anew. A silent meter is told of once, not each time.
                EndOfInput();
                return;
            }
            catch (IOException exception) when (!source.EndsForGood)
            {
                Interrupted(exception.Message);
                return;
            }
            if (count == 0)
            {
                Interrupted($"{source.Description} gave no more data.");
                return;
            }
            Feed(_buffer.AsSpan(0, count));
            NoticeSilence();
        }
    }

    void Interrupted(string reason)
    {
        EndOfInput();
        if (!source.EndsForGood) Volatile.Write(ref _fault, reason);
    }

    void EndOfInput()
    {
        while (reader.TryComplete(out var last))
            Take(last);
    }

    void Feed(ReadOnlySpan<byte> bytes)
    {
        tap?.Invoke(bytes);
        while (reader.TryRead(ref bytes, out var outcome))
            Take(outcome);
    }

    void Take(TelegramOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            LogRefusal(outcome);
            return;
        }
        _silence.Note();
        _backoff.Reset();
        if (_saidSilence) log.LogInformation("{Meter}: telegrams are coming in again", meter);
        _isSilent = _saidSilence = false;
        _unexpected.Guard(() => publish(pipeline.Process(reader.Readings, time.GetUtcNow())));
    }

    void NoticeSilence()
    {
        if (_isSilent || !_silence.IsOver) return;
        _isSilent = true;
        // Whoever was told that the port is gone need not be told that nothing comes out of it.
        _saidSilence = _saidReasons.Count == 0;
        if (_saidSilence)
            log.LogWarning(
                "{Meter}: no valid telegram from {Source} for {Seconds:0} s. {Advice}",
                meter, source.Description, _silence.Limit.TotalSeconds, source.SilenceAdvice);
        _unexpected.Guard(() => publish(new MeterSilence(meter)));
    }

    void Opened()
    {
        reader.Reset();
        _silence.Pause();
        if (!_wasOpened) log.LogInformation("{Meter}: reading {Source}", meter, source.Description);
        else if (_saidReasons.Count > 0) log.LogInformation("{Meter}: {Source} is back", meter, source.Description);
        else if (_fault is not null && _interruptions.IsDue(out _)) log.LogInformation("{Meter}: {Source} was interrupted and has been opened again", meter, source.Description);
        else log.LogDebug("{Meter}: opened {Source} again", meter, source.Description);
        _wasOpened = true;
        _saidReasons.Clear();
        Volatile.Write(ref _fault, null);
    }

    void Down(string reason)
    {
        if (_saidReasons.Add(reason)) log.LogWarning("{Meter}: {Reason} It is tried again until it works", meter, reason);
        Volatile.Write(ref _fault, reason);
    }

    void LogRefusal(TelegramOutcome outcome)
    {
        if (!_refusals.IsDue(out var suppressed)) return;
        var counters = reader.Counters;
        var hint = outcome.LineEndsChanged ? " Line ends were changed on the way: the port or gateway is not in raw mode." : "";
        log.LogWarning(
            "{Meter}: telegram refused ({Class}): {Text}.{Hint} {Refused} of {All} refused so far{More}",
            meter, RejectReasons.Name(outcome.Reason), RejectReasons.Text(outcome.Reason), hint,
            counters.AllRefused, counters.AllRefused + counters.Accepted, suppressed > 0 ? $", {suppressed} since the last line" : "");
    }
}
