using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>What became of one telegram.</summary>
public readonly record struct TelegramOutcome(RejectReason Reason, bool LineEndsChanged = false)
{
    /// <summary>Whether <see cref="TelegramReader.Readings"/> holds its readings.</summary>
    public bool IsAccepted => Reason == RejectReason.None;
}

/// <summary>Counters of a <see cref="TelegramReader"/> since it was made.</summary>
public sealed class ReaderCounters
{
    readonly long[] _refused = new long[Enum.GetValues<RejectReason>().Length];

    /// <summary>Telegrams whose readings were taken.</summary>
    public long Accepted { get; internal set; }

    /// <summary>Lines of accepted telegrams that are no data objects.</summary>
    public long BadLines { get; internal set; }

    /// <summary>Objects that came twice in one telegram.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Telegrams refused for a reason.</summary>
    public long Refused(RejectReason reason) => _refused[(int)reason];

    /// <summary>Telegrams refused for any reason.</summary>
    public long AllRefused => _refused.Sum();

    internal void Refuse(RejectReason reason) => _refused[(int)reason]++;
}

/// <summary>Bytes in, readings out: framer, parser and catalogue of one meter. Never throws on data; not thread-safe.</summary>
public sealed class TelegramReader
{
    readonly CipherFramer _framer;
    readonly LineMemory _lines;
    readonly bool _ignoreChecksum;

    /// <summary>So many telegrams in a row without checksum: the one that had a right one got it by chance, from noise behind its '!'.</summary>
    const int UncheckedBelievedAfter = 10;

    byte[] _checkedHeader = [];
    int _unchecked;

    /// <summary>Makes a reader that has seen nothing yet.</summary>
    /// <param name="catalogue">What can be read.</param>
    /// <param name="ignoreChecksum">Whether telegrams with a wrong checksum are taken too.</param>
    /// <param name="decryption">The keys of a meter that encrypts; plain telegrams are read all the same.</param>
    public TelegramReader(Catalogue catalogue, bool ignoreChecksum = false, DecryptionOptions? decryption = null)
    {
        _framer = new CipherFramer(decryption);
        Readings = new ReadingSet(catalogue);
        _lines = new LineMemory(Readings);
        _ignoreChecksum = ignoreChecksum;
    }

    /// <summary>The readings of the telegram accepted last; overwritten by the next one.</summary>
    public ReadingSet Readings { get; }

    /// <summary>What was counted so far.</summary>
    public ReaderCounters Counters { get; } = new();

    /// <summary>
    /// The bytes of the telegram that the last outcome was about, '/' to '!', decrypted; empty for a refused encrypted frame. Valid until the
    /// next call.
    /// </summary>
    public ReadOnlySpan<byte> Telegram => _framer.Collected;

    /// <summary>The checksum computed over <see cref="Telegram"/>; null when none was sent.</summary>
    public ushort? Checksum { get; private set; }

    /// <summary>Bytes that belonged to no telegram.</summary>
    public long SkippedBytes => _framer.SkippedBytes;

    /// <summary>The frame counter of the encrypted telegram read last; null before the first.</summary>
    public uint? FrameCounter => _framer.FrameCounter;

    /// <summary>How often the frame counter did not rise: the meter restarted, or someone sends old frames again.</summary>
    public long FrameCounterSetbacks => _framer.FrameCounterSetbacks;

    /// <summary>Whether a telegram has begun and is not complete.</summary>
    public bool IsInside => _framer.IsInside;

    /// <summary>Reads on until a telegram is complete; false when <paramref name="input"/> is used up.</summary>
    public bool TryRead(scoped ref ReadOnlySpan<byte> input, out TelegramOutcome outcome)
    {
        var found = _framer.TryRead(ref input, out var frame);
        outcome = found ? Take(frame) : default;
        return found;
    }

    /// <summary>Says that the input ended or fell silent; true when that ended a telegram. Call until false: several may have been open.</summary>
    public bool TryComplete(out TelegramOutcome outcome)
    {
        var found = _framer.TryComplete(out var frame);
        outcome = found ? Take(frame) : default;
        return found;
    }

    /// <summary>Forgets a telegram that has begun, for example after the source was opened anew: what comes next may be another meter's.</summary>
    public void Reset()
    {
        _framer.Reset();
        _lines.Forget();
    }

    TelegramOutcome Take(in Frame frame)
    {
        var reason = frame.Reason;
        Checksum = frame.HasChecksum ? frame.Checksum : null;
        if (reason == RejectReason.CrcMismatch && _ignoreChecksum) reason = RejectReason.None;
        if (reason == RejectReason.None) reason = Parse(frame);
        if (reason == RejectReason.None) Counters.Accepted++;
        else Counters.Refuse(reason);
        return new TelegramOutcome(reason, frame.LineEndsChanged);
    }

    RejectReason Parse(in Frame frame)
    {
        _lines.Read(frame.Bytes);
        // Without a checksum nothing vouches for the lines: none may be damaged, and only DSMR 2.2 and 3 send none.
        if (!frame.HasChecksum && (Readings.HasVersionOrClock || _lines.BadLines > 0 || Readings.Objects == 0 || HasLostChecksum(frame.Bytes)))
        {
            _lines.Forget();
            return RejectReason.CrcMissing;
        }
        if (frame.HasChecksum) RememberHeader(frame.Bytes);
        Counters.BadLines += _lines.BadLines;
        Counters.Duplicates += Readings.Duplicates;
        Readings.Complete();
        return RejectReason.None;
    }

    /// <summary>A meter that has sent a checksum always does: without one its telegram has lost lines, perhaps those that would tell.</summary>
    bool HasLostChecksum(ReadOnlySpan<byte> telegram)
    {
        if (!SendsChecksums(telegram)) return false;
        if (++_unchecked < UncheckedBelievedAfter) return true;
        _checkedHeader = [];
        return false;
    }

    bool SendsChecksums(ReadOnlySpan<byte> telegram) => _checkedHeader.Length > 0 && telegram.StartsWith(_checkedHeader);

    void RememberHeader(ReadOnlySpan<byte> telegram)
    {
        _unchecked = 0;
        if (SendsChecksums(telegram)) return;
        _checkedHeader = telegram[..(telegram.IndexOf((byte)'\n') + 1)].ToArray();
    }
}
