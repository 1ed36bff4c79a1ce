using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Diagnosis;

/// <summary>
/// Collects bytes of a line for a diagnosis and reads them on the way. Keeps the last <see cref="Capacity"/> bytes at least; not thread-safe.
/// </summary>
/// <param name="catalogue">To tell telegrams by.</param>
/// <param name="decryption">The keys of a meter that encrypts its telegrams; null: none are known.</param>
public sealed class LineSampler(Catalogue catalogue, DecryptionOptions? decryption = null)
{
    /// <summary>As many bytes are kept at least: half a minute of the longest telegrams.</summary>
    public const int Capacity = 64 * 1024;

    readonly List<byte> _bytes = [];
    TelegramReader _reader = new(catalogue, decryption: decryption);
    long _lineEndsChanged;
    long _cutOff;

    /// <summary>The readings of the telegram accepted last.</summary>
    public ReadingSet Readings => _reader.Readings;

    /// <summary>What was counted so far.</summary>
    public ReaderCounters Counters => _reader.Counters;

    /// <summary>Bytes that belonged to no telegram.</summary>
    public long SkippedBytes => _reader.SkippedBytes;

    /// <summary>Takes over what was received; <paramref name="accepted"/> is called for each good telegram while <see cref="Readings"/> holds it.</summary>
    public void Append(ReadOnlySpan<byte> bytes, Action? accepted = null)
    {
        if (_bytes.Count > 2 * Capacity) _bytes.RemoveRange(0, _bytes.Count - Capacity);
        _bytes.AddRange(bytes);
        while (_reader.TryRead(ref bytes, out var outcome))
            Count(outcome, accepted);
    }

    /// <summary>Says that the input has ended: a telegram that needs no more bytes is complete then.</summary>
    public void Complete(Action? accepted = null)
    {
        // Behind a cipher frame that was cut off there may be a whole one.
        while (_reader.TryComplete(out var last))
        {
            if (last.Reason == RejectReason.Truncated) _cutOff++;
            else Count(last, accepted);
        }
    }

    /// <summary>What was heard until now.</summary>
    public LineSample Sample(TimeSpan listened, LineProfile? profile = null)
        => new(_bytes.ToArray(), listened, new LineCounts(Counters.Accepted, Counters.AllRefused - _cutOff, _lineEndsChanged), profile);

    /// <summary>Forgets everything, for example because the line is read in another way from now on.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _reader = new TelegramReader(catalogue, decryption: decryption);
        _lineEndsChanged = _cutOff = 0;
    }

    void Count(TelegramOutcome outcome, Action? accepted)
    {
        if (outcome.LineEndsChanged) _lineEndsChanged++;
        if (outcome.IsAccepted) accepted?.Invoke();
    }
}
