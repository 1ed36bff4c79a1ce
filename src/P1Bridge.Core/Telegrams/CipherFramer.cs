namespace P1Bridge.Core.Telegrams;

/// <summary>
/// Cuts a byte stream into telegrams whether they come plain or in cipher frames (Luxembourg, parts of Austria); both may be on one line, and
/// only the bytes decide which it is. Plain telegrams go straight to a <see cref="TelegramFramer"/>; so does what a cipher frame holds.
/// What it yields does not depend on how the stream was cut into pieces. Not thread-safe.
/// </summary>
/// <remarks>
/// A cipher frame can begin only outside a plain telegram. While one is collected the plain framer listens in: a telegram with a right
/// checksum proves that the frame was none, or ended early. Everything else it finds there is ciphertext that looks like something.
/// </remarks>
sealed partial class CipherFramer(DecryptionOptions? options)
{
    const byte Start = (byte)'/';
    const byte End = (byte)'!';

    /// <summary>From here on the plain framer is sure of a telegram: start sign and the maker's letters.</summary>
    const int SureLength = 4;

    readonly TelegramFramer _plain = new();
    readonly FrameDecryptor? _decryptor = options is null ? null : new(options);

    /// <summary>Made when the first mark is seen: on most lines never.</summary>
    CipherFrameBuffer? _cipher;

    /// <summary>A cipher frame is under way, or a telegram that began inside one: only the checksum can tell what it is.</summary>
    bool _isListening;

    /// <summary>The plain framer's telegram began among the bytes of a cipher frame.</summary>
    bool _isDoubtful;

    /// <summary>The rest of an overlong telegram is passed over; no frame begins there.</summary>
    bool _isPassing;

    /// <summary>Bytes that the plain framer skipped because they were a cipher frame's.</summary>
    long _cipherBytes;
    long _skippedBefore;

    bool _isOpened;
    bool _hasYielded;
    int _openedRead;
    bool _isCipherRefused;

    /// <inheritdoc cref="TelegramFramer.SkippedBytes"/>
    public long SkippedBytes => _plain.SkippedBytes - _cipherBytes;

    /// <inheritdoc cref="TelegramFramer.IsInside"/>
    public bool IsInside => _isListening ? _cipher!.HasHeader : _plain.IsInside;

    /// <summary>What was collected of the telegram handed out last; empty for a refused cipher frame. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Collected => _isCipherRefused ? default : _plain.Collected;

    /// <inheritdoc cref="FrameDecryptor.FrameCounter"/>
    public uint? FrameCounter => _decryptor?.FrameCounter;

    /// <inheritdoc cref="FrameDecryptor.FrameCounterSetbacks"/>
    public long FrameCounterSetbacks => _decryptor?.FrameCounterSetbacks ?? 0;

    /// <inheritdoc cref="TelegramFramer.TryRead"/>
    public bool TryRead(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        _isCipherRefused = false;
        while (true)
        {
            if (TryReadCollected(out frame)) return true;
            if (input.IsEmpty) return false;
            if (_isListening ? TryReadBoth(ref input, out frame) : TryReadPlain(ref input, out frame)) return true;
        }
    }

    /// <summary>
    /// Says that nothing more will come. True with a telegram or the reason why there is none; call again until false, because the bytes
    /// of a cut-off cipher frame may hold another one.
    /// </summary>
    public bool TryComplete(out Frame frame)
    {
        _isCipherRefused = false;
        while (true)
        {
            if (TryReadCollected(out frame)) return true;
            if (_cipher is not { Status: CipherFrameStatus.Collecting }) return TryCompletePlain(out frame);
            var isFrame = _cipher.HasHeader;
            _cipher.Step();
            if (isFrame) return Refuse(RejectReason.Truncated, out frame);
        }
    }

    /// <inheritdoc cref="TelegramFramer.Reset"/>
    public void Reset()
    {
        _plain.Reset();
        _cipher?.Clear();
        _isListening = _isDoubtful = _isPassing = _isOpened = false;
    }

    /// <summary>What can be said without further input.</summary>
    bool TryReadCollected(out Frame frame)
    {
        while (_isOpened || (_isListening && _cipher!.Status > CipherFrameStatus.Collecting))
        {
            if (_isOpened ? TryReadOpened(out frame) : TryJudge(out frame)) return true;
        }
        frame = default;
        return false;
    }

    bool TryReadPlain(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        while (!_plain.IsInside)
        {
            var length = PlainLength(input);
            if (length == 0)
            {
                if (!input.IsEmpty) Listen();
                return false;
            }
            var piece = input[..length];
            var found = _plain.TryRead(ref piece, out frame);
            input = input[(length - piece.Length)..];
            if (found) return Examine(frame);
        }
        return _plain.TryRead(ref input, out frame) && Examine(frame);
    }

    /// <summary>How many bytes are the plain framer's for sure; 0 when a cipher frame may begin with the first.</summary>
    int PlainLength(ReadOnlySpan<byte> input)
    {
        if (_isPassing && input.IndexOfAny(Start, End) is var stop)
        {
            if (stop != 0) return stop < 0 ? input.Length : stop;
            _isPassing = false;
        }
        var next = input.IndexOfAny(Start, CipherFrame.Mark);
        if (next < 0) return input.Length;
        if (input[next] == CipherFrame.Mark) return next;
        var head = input.Slice(next, Math.Min(SureLength, input.Length - next));
        var mark = head.IndexOf(CipherFrame.Mark);
        return next + (mark < 0 ? head.Length : mark);
    }

    /// <summary>Looks at a telegram that the plain framer handed out; always true.</summary>
    bool Examine(in Frame frame)
    {
        _isPassing = frame.Reason == RejectReason.TooLong;
        // Reading began inside a cipher frame, or the meter was switched to encryption: what looked like a telegram took in the next frame.
        if (frame.Reason == RejectReason.Truncated && frame.Bytes.IndexOf(CipherFrame.Mark) is var mark and >= 0)
        {
            Listen();
            _isListening = _cipher!.Load(frame.Bytes[mark..]);
        }
        return true;
    }

    void Listen()
    {
        _cipher ??= new CipherFrameBuffer();
        _isListening = true;
        _skippedBefore = _plain.SkippedBytes;
    }
}
