using System.Buffers;

namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>Writes batches into segments and deletes those that are done. One caller at a time.</summary>
/// <param name="options">Where, how large, and when to flush.</param>
/// <param name="time">Clock.</param>
/// <param name="foundLate">Called with what an earlier process left, when it could not be read at the start but can be now.</param>
sealed class JournalWriter(ManagedMqttClientOptions options, TimeProvider time, Action<IReadOnlyList<StoredMessage>> foundLate) : IDisposable
{
    const int Piece = 256 * 1024;
    const int KeptBuffer = 1024 * 1024;
    // A done segment below this size is kept and written on: else each single message would create and delete a file.
    const long WorthDeleting = 64 * 1024;
    readonly JournalFolder _folder = new(options.JournalDirectory!);
    readonly DoneSet _marks = new();
    SegmentBook _book = new();
    ArrayBufferWriter<byte> _buffer = new(1024);
    readonly List<Entry> _pending = [];
    DateTimeOffset? _memoryOnlySince;
    string? _reason;
    long _retryAt;
    long _flushed = time.GetTimestamp();
    bool _dirty;
    bool _loaded;
    long _next = 1;
    int _finishedPending;
    int _damaged;
    int _quarantined;

    public MqttJournalHealth Describe() => new()
    {
        Directory = options.JournalDirectory,
        Bytes = _book.Bytes,
        Segments = _book.Count,
        MemoryOnlySince = _memoryOnlySince,
        MemoryOnlyReason = _reason,
        Damaged = _damaged,
        Quarantined = _quarantined,
    };

    public LoadedJournal Open()
    {
        try
        {
            return Load();
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            Fail(exception);
            return new LoadedJournal([], _next, 0);
        }
    }

    /// <summary>Takes in a batch and writes what it can; true when nothing is left that is in memory only.</summary>
    public bool Write(IReadOnlyList<Entry> appends, IReadOnlyList<Entry> done, bool isLast)
    {
        _pending.AddRange(appends);
        foreach (var entry in done) Note(entry);
        if (_memoryOnlySince is not null && time.GetTimestamp() < _retryAt && !isLast)
        {
            if (_finishedPending > _pending.Count / 2) ForgetFinished();
            return _pending.Count == 0;
        }
        try
        {
            WritePending(isLast);
            (_memoryOnlySince, _reason) = (null, null);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            Fail(exception);
        }
        return _pending.Count == 0;
    }

    public void Dispose() => _folder.Dispose();

    LoadedJournal Load()
    {
        _folder.Claim();
        _book = new SegmentBook();
        var loaded = JournalLoader.Load(_folder, _book);
        (_next, _damaged, _quarantined) = (loaded.NextSequence, loaded.Damaged, _folder.QuarantinedCount());
        DeleteFinished(keptSize: 0);
        _loaded = true;
        return loaded;
    }

    // A message that was done before it was written never comes to the disk.
    void Note(Entry entry)
    {
        if (!entry.IsWritten)
        {
            _finishedPending++;
            return;
        }
        _marks.Add(entry.Sequence);
        _book.Done(entry.Sequence);
    }

    void WritePending(bool isLast)
    {
        if (!_loaded) foundLate(Load().Waiting);
        DeleteFinished(WorthDeleting); // First, since on a full disk this makes room.
        var written = 0;
        try
        {
            while (written < _pending.Count) written += WritePiece(written);
        }
        finally
        {
            _pending.RemoveRange(0, written);
        }
        WriteMarks();
        Flush(isLast);
        if (isLast) DeleteFinished(keptSize: 0);
    }

    int WritePiece(int from)
    {
        _buffer.ResetWrittenCount();
        var room = RoomInSegment();
        var at = from;
        List<Entry> entries = [];
        for (; at < _pending.Count && _buffer.WrittenCount < Math.Min(Piece, room); at++)
        {
            if (_pending[at].IsDone) continue;
            // Numbered here and not at acceptance: only now it is certain that what an earlier process left has lower numbers.
            _pending[at].Sequence = _next++;
            JournalFormat.WriteMessage(_buffer, _pending[at].ToStored());
            entries.Add(_pending[at]);
        }
        if (entries.Count > 0)
        {
            Append(entries[0].Sequence);
            foreach (var entry in entries) entry.IsWritten = true;
            _book.Last!.Live += entries.Count;
            _dirty = true;
        }
        return at - from;
    }

    long RoomInSegment() => _folder.HasActive && _book.Last!.Bytes < options.JournalSegmentBytes
        ? options.JournalSegmentBytes - _book.Last.Bytes
        : options.JournalSegmentBytes;

    void WriteMarks()
    {
        if (_marks.Count == 0) return;
        // Everything is done and deleted: there is nothing left that a mark could speak of.
        if (_book.Count > 0)
        {
            _buffer.ResetWrittenCount();
            foreach (var range in _marks.Ranges) JournalFormat.WriteDone(_buffer, range);
            Append(_next);
        }
        _marks.Clear();
        DeleteFinished(WorthDeleting);
    }

    // On a fault the segment is cut back to what was good, so that no half record stands in the middle, and left.
    void Append(long sequence)
    {
        if (!_folder.HasActive || _book.Last!.Bytes >= options.JournalSegmentBytes) Begin(sequence);
        var segment = _book.Last!;
        try
        {
            _folder.Append(_buffer.WrittenSpan);
            segment.Bytes += _buffer.WrittenCount;
        }
        catch
        {
            Leave(segment.Bytes);
            throw;
        }
        finally
        {
            if (_buffer.Capacity > KeptBuffer) _buffer = new ArrayBufferWriter<byte>(1024);
        }
    }

    void Leave(long goodBytes)
    {
        try
        {
            _folder.CutActive(goodBytes);
            _folder.FlushToDisk();
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            // The fault that led here is reported; the half record is found and cut at the next start.
        }
        _folder.CloseActive();
    }

    void Begin(long sequence)
    {
        if (_dirty) _folder.FlushToDisk();
        var header = new ArrayBufferWriter<byte>(JournalFormat.HeaderSize);
        JournalFormat.WriteHeader(header, sequence);
        var segment = _folder.Create(sequence);
        try
        {
            _folder.Append(header.WrittenSpan);
        }
        catch
        {
            _folder.CloseActive();
            JournalFolder.Delete(segment.Path);
            throw;
        }
        segment.Bytes = header.WrittenCount;
        _book.Add(segment);
        _next = Math.Max(_next, sequence + 1); // A segment of marks alone takes a number too: no two files have one name.
    }

    void Flush(bool isLast)
    {
        if (!_dirty || options.JournalFlush == MqttJournalFlush.OperatingSystem) return;
        var isDue = options.JournalFlush == MqttJournalFlush.EveryBatch || time.GetElapsedTime(_flushed) >= TimeSpan.FromSeconds(1);
        if (!isDue && !isLast) return;
        _folder.FlushToDisk();
        (_dirty, _flushed) = (false, time.GetTimestamp());
    }

    void DeleteFinished(long keptSize)
    {
        while (_book.Removable(keptSize) is { } segment)
        {
            if (segment == _book.Last) _folder.CloseActive();
            JournalFolder.Delete(segment.Path);
            _book.Remove(segment);
        }
    }

    // Else a disk that stays away would keep every message that was ever delivered in the meantime.
    void ForgetFinished()
    {
        _pending.RemoveAll(entry => entry.IsDone);
        _finishedPending = 0;
    }

    void Fail(Exception exception)
    {
        _memoryOnlySince ??= time.GetUtcNow();
        _reason = $"The journal in {options.JournalDirectory} cannot be written ({exception.Message.TrimEnd('.')}). "
            + "Messages are kept in memory only and are lost with the process. Make room, or make the folder writable.";
        _retryAt = time.GetTimestamp() + (long)(options.JournalRetryDelay.TotalSeconds * time.TimestampFrequency);
    }

    static bool IsOfTheDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
