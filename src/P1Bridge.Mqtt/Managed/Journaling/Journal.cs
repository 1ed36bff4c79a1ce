using P1Bridge.Mqtt.Link;

namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>
/// Keeps History on disk. Callers hand over entries and go on; one loop writes what has gathered, in one piece. A disk that does not
/// take it makes nobody wait and loses nothing that memory still has: it is said, tried again, and healed when it takes it again.
/// </summary>
sealed class Journal : IDisposable
{
    static readonly TimeSpan MarksLinger = TimeSpan.FromMilliseconds(5);
    readonly JournalWriter _writer;
    readonly TimeProvider _time;
    readonly TimeSpan _retry;
    readonly TimeSpan _flushInterval;
    readonly Action<MqttJournalHealth> _changed;
    readonly Lock _gate = new();
    readonly AsyncSignal _signal = new();
    readonly CancellationTokenSource _closing = new();
    List<Entry> _appends = [];
    List<Entry> _done = [];
    List<TaskCompletionSource<bool>> _flushes = [];
    MqttJournalHealth _health = new();
    Task _running = Task.CompletedTask;
    bool _ended;

    /// <param name="options">Where, how large, and when to flush.</param>
    /// <param name="time">Clock.</param>
    /// <param name="foundLate">Called with what an earlier process left, when it could not be read at the start but can be now.</param>
    /// <param name="changed">Called when the journal falls back to memory and when it is back.</param>
    public Journal(
        ManagedMqttClientOptions options, TimeProvider time, Action<IReadOnlyList<StoredMessage>> foundLate, Action<MqttJournalHealth> changed)
    {
        (_time, _changed) = (time, changed);
        _retry = options.JournalRetryDelay;
        _flushInterval = options.JournalFlush == MqttJournalFlush.EverySecond ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan;
        _writer = new JournalWriter(options, time, foundLate);
    }

    public MqttJournalHealth Health
    {
        get
        {
            lock (_gate) return _health;
        }
    }

    /// <summary>Reads what an earlier process left, and begins to write. Never throws for the disk's sake.</summary>
    public LoadedJournal Open()
    {
        var loaded = _writer.Open();
        _health = _writer.Describe();
        if (_health.MemoryOnlySince is not null) _changed(_health);
        _running = Task.Run(RunAsync);
        return loaded;
    }

    public void Append(Entry entry)
    {
        lock (_gate) _appends.Add(entry);
        _signal.Set();
    }

    /// <summary>The message need not be kept any more.</summary>
    public void Done(Entry entry)
    {
        lock (_gate) _done.Add(entry);
        _signal.Set();
    }

    /// <summary>Completes when what was appended before is on disk (true), or kept in memory only (false).</summary>
    public Task<bool> FlushAsync()
    {
        var flush = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ended) return Task.FromResult(false);
            _flushes.Add(flush);
        }
        _signal.Set();
        return flush.Task;
    }

    /// <summary>Writes what is left, once, and gives the folder free.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _running;
        _writer.Dispose();
    }

    public void Dispose()
    {
        _closing.Dispose();
        _writer.Dispose();
    }

    async Task RunAsync()
    {
        using var retry = _time.CreateTimer(_ => _signal.Set(), null, _retry, _retry);
        using var flush = _time.CreateTimer(_ => _signal.Set(), null, _flushInterval, _flushInterval);
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_closing.Token);
                // Marks alone are not urgent: more of them come along in a moment.
                if (!WriteOnce()) await Task.Delay(MarksLinger, _time, _closing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Closing: what has gathered since is written below.
        }
        WriteOnce(isLast: true);
    }

    bool WriteOnce(bool isLast = false)
    {
        List<Entry> appends, done;
        List<TaskCompletionSource<bool>> flushes;
        lock (_gate)
        {
            (appends, _appends) = (_appends, []);
            (done, _done) = (_done, []);
            (flushes, _flushes) = (_flushes, []);
            _ended = isLast;
        }
        var isOnDisk = _writer.Write(appends, done, isLast);
        var health = _writer.Describe();
        bool hasTurned;
        lock (_gate)
        {
            hasTurned = health.MemoryOnlySince is null != _health.MemoryOnlySince is null;
            _health = health;
        }
        foreach (var flush in flushes) flush.TrySetResult(isOnDisk);
        if (hasTurned) _changed(health);
        return appends.Count > 0;
    }
}
