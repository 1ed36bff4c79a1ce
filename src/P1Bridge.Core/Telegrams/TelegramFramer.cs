namespace P1Bridge.Core.Telegrams;

/// <summary>
/// Cuts a byte stream into telegrams (DSMR 5.0.2 P1 section 6.2): '/' always starts anew, '!' always ends, up to four
/// hexadecimal checksum digits follow. What it yields does not depend on how the stream was cut into pieces.
/// Owns one fixed buffer, allocates nothing afterwards; not thread-safe.
/// </summary>
/// <remarks>
/// A telegram is handed on with the last digit of its checksum, not at the line end after it. Bytes outside telegrams are skipped
/// and counted.
/// </remarks>
public sealed class TelegramFramer
{
    /// <summary>Longest accepted line in bytes, line end included. A text message of 1024 characters takes 2048 digits.</summary>
    public const int MaximumLine = 4096;

    /// <summary>Longest accepted telegram in bytes, from '/' up to the '!'.</summary>
    public const int MaximumTelegram = 16384;

    const byte Start = (byte)'/';
    const byte End = (byte)'!';
    const byte LineFeed = (byte)'\n';

    /// <summary>A start sign counts once this many printable characters follow it: the maker's letters. In noise they rarely do.</summary>
    const int MakerLetters = 3;

    readonly byte[] _buffer = new byte[MaximumTelegram + 1];
    Phase _phase;
    int _length;
    int _lineStart;
    int _digits;
    ushort _expected;

    enum Phase { Searching, Starting, Collecting, Checksum }

    /// <summary>Bytes that belonged to no telegram, since this framer was made.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Whether a telegram has begun and is not complete: the moment from which silence means "truncated".</summary>
    public bool IsInside => _phase >= Phase.Collecting;

    /// <summary>What was collected of the telegram handed out last, or of the one under way; valid until the next call.</summary>
    public ReadOnlySpan<byte> Collected => _buffer.AsSpan(0, _length);

    /// <summary>
    /// Reads on until a telegram is complete or refused. Returns false when <paramref name="input"/> is used up; call again with more.
    /// On true, <paramref name="input"/> holds what was not read yet.
    /// </summary>
    public bool TryRead(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        while (!input.IsEmpty)
        {
            var found = _phase switch
            {
                Phase.Searching => Search(ref input, out frame),
                Phase.Starting => ReadMaker(ref input, out frame),
                Phase.Collecting => Collect(ref input, out frame),
                _ => ReadChecksum(ref input, out frame),
            };
            if (found) return true;
        }
        frame = default;
        return false;
    }

    /// <summary>
    /// Says that nothing more will come (end of input, or the line fell silent). Returns true with the last frame when a telegram
    /// had begun: complete when its '!' was there, otherwise refused as truncated.
    /// </summary>
    public bool TryComplete(out Frame frame)
    {
        var phase = _phase;
        _phase = Phase.Searching;
        frame = phase switch
        {
            Phase.Collecting => new Frame(RejectReason.Truncated, _buffer.AsSpan(0, _length)),
            Phase.Checksum => Check(),
            _ => default,
        };
        return phase >= Phase.Collecting;
    }

    /// <summary>Forgets what was collected, for example after the source was opened anew.</summary>
    public void Reset() => _phase = Phase.Searching;

    bool Search(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        var start = input.IndexOf(Start);
        SkippedBytes += start < 0 ? input.Length : start;
        if (start < 0)
        {
            input = default;
            return false;
        }
        _buffer[0] = Start;
        _length = 1;
        _lineStart = 0;
        _phase = Phase.Starting;
        input = input[(start + 1)..];
        return false;
    }

    bool ReadMaker(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        if (input[0] is <= (byte)' ' or > (byte)'~' or Start or End)
        {
            SkippedBytes += _length;
            _phase = Phase.Searching;
            return false;
        }
        _buffer[_length++] = input[0];
        input = input[1..];
        if (_length > MakerLetters) _phase = Phase.Collecting;
        return false;
    }

    bool Collect(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        var stop = input.IndexOfAny(Start, End);
        var take = stop < 0 ? input.Length : stop;
        if (!Append(input[..take]))
        {
            // An overlong telegram is noise up to the next '/', and counted as such.
            _phase = Phase.Searching;
            SkippedBytes += _length + take;
            frame = new Frame(RejectReason.TooLong, _buffer.AsSpan(0, _length));
            input = input[take..];
            return true;
        }
        input = input[take..];
        frame = default;
        if (stop < 0) return false;
        if (input[0] == Start)
        {
            _phase = Phase.Searching;
            frame = new Frame(RejectReason.Truncated, _buffer.AsSpan(0, _length));
            return true;
        }
        input = input[1..];
        _buffer[_length++] = End;
        _phase = Phase.Checksum;
        _digits = 0;
        _expected = 0;
        return false;
    }

    bool Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumTelegram - _length || !LinesFit(bytes)) return false;
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }

    bool LinesFit(ReadOnlySpan<byte> bytes)
    {
        var position = _length;
        while (true)
        {
            var feed = bytes.IndexOf(LineFeed);
            var end = position + (feed < 0 ? bytes.Length : feed + 1);
            if (end - _lineStart > MaximumLine) return false;
            if (feed < 0) return true;
            _lineStart = position = end;
            bytes = bytes[(feed + 1)..];
        }
    }

    bool ReadChecksum(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        var value = input[0];
        frame = default;
        if (value is 0x00 or 0xFF)
        {
            // Some lines idle with these bytes, some adapters put one before the line end.
            input = input[1..];
            return false;
        }
        if (value is (byte)'\r' or LineFeed or Start)
        {
            // A heat meter's adapter drops leading zeros; DSMR 2.2 and 3 send no digit at all.
            frame = Check();
            _phase = Phase.Searching;
            return true;
        }
        input = input[1..];
        var digit = HexDigits.Value(value);
        if (digit < 0)
        {
            _phase = Phase.Searching;
            frame = new Frame(RejectReason.CrcMalformed, _buffer.AsSpan(0, _length));
            return true;
        }
        _expected = (ushort)((_expected << 4) | digit);
        if (++_digits < 4) return false;
        frame = Check();
        _phase = Phase.Searching;
        return true;
    }

    Frame Check()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _length);
        if (_digits == 0) return new Frame(RejectReason.None, bytes);
        var computed = Crc16.Compute(bytes);
        return computed == _expected
            ? new Frame(RejectReason.None, bytes, hasChecksum: true, computed)
            : new Frame(RejectReason.CrcMismatch, bytes, hasChecksum: true, computed, MatchesWithCarriageReturns(bytes, _expected));
    }

    /// <summary>A tty that is not raw, or a gateway, may have turned CR LF into LF; the checksum was made with both.</summary>
    static bool MatchesWithCarriageReturns(ReadOnlySpan<byte> bytes, ushort expected)
    {
        if (bytes.Contains((byte)'\r')) return false;
        ushort crc = 0;
        while (bytes.IndexOf(LineFeed) is var feed and >= 0)
        {
            crc = Crc16.Append(Crc16.Append(crc, bytes[..feed]), "\r\n"u8);
            bytes = bytes[(feed + 1)..];
        }
        return Crc16.Append(crc, bytes) == expected;
    }
}
