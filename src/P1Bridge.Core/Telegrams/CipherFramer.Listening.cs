namespace P1Bridge.Core.Telegrams;

/// <summary>The part that collects and opens cipher frames.</summary>
sealed partial class CipherFramer
{
    bool TryReadBoth(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        var cipher = _cipher!;
        if (cipher.Status == CipherFrameStatus.Empty && input[0] != CipherFrame.Mark) return TryReadDoubtful(ref input, out frame);
        var taken = cipher.Append(input);
        var piece = input[..taken];
        var found = false;
        frame = default;
        while (!found && _plain.TryRead(ref piece, out frame))
            found = IsProven(frame);
        input = input[(taken - piece.Length)..];
        if (found) return StopListening();
        if (!_plain.IsInside) _isDoubtful = false;
        else if (cipher.HasHeader) _isDoubtful = true;
        _isListening = cipher.Status != CipherFrameStatus.Empty || _isDoubtful;
        return false;
    }

    /// <summary>No frame is under way, but the telegram began inside one.</summary>
    bool TryReadDoubtful(scoped ref ReadOnlySpan<byte> input, out Frame frame)
    {
        var mark = input.IndexOf(CipherFrame.Mark);
        var length = mark < 0 ? input.Length : mark;
        var piece = input[..length];
        var found = _plain.TryRead(ref piece, out frame);
        input = input[(length - piece.Length)..];
        if (!found) return false;
        StopListening();
        _isPassing = frame.Reason == RejectReason.TooLong;
        return IsProven(frame);
    }

    static bool IsProven(in Frame frame) => frame.Reason == RejectReason.None && frame.HasChecksum;

    bool StopListening()
    {
        _cipher!.Clear();
        _isListening = _isDoubtful = false;
        return true;
    }

    bool TryJudge(out Frame frame)
    {
        var cipher = _cipher!;
        if (cipher.Status == CipherFrameStatus.Broken)
        {
            cipher.Remove();
            return Refuse(RejectReason.Truncated, out frame);
        }
        if (_decryptor is not null && _decryptor.TryOpen(cipher.Frame, cipher.Bytes))
        {
            cipher.Remove();
            TakeAsCipherBytes();
            Open();
            frame = default;
            return false;
        }
        // Its length may be wrong, so that another frame begins inside.
        cipher.Step();
        return Refuse(_decryptor is null ? RejectReason.KeyMissing : RejectReason.AuthFailed, out frame);
    }

    void Open()
    {
        _plain.Reset();
        _isDoubtful = false;
        _isListening = _cipher!.Status != CipherFrameStatus.Empty;
        _isOpened = true;
        _hasYielded = false;
        _openedRead = 0;
    }

    bool TryReadOpened(out Frame frame)
    {
        var rest = _decryptor!.Opened[_openedRead..];
        var found = _plain.TryRead(ref rest, out frame);
        _openedRead = _decryptor.Opened.Length - rest.Length;
        if (!found)
        {
            _isOpened = false;
            found = _plain.TryComplete(out frame);
        }
        if (!found && !_hasYielded) return Refuse(_decryptor.ChecksTag ? RejectReason.Truncated : RejectReason.AuthFailed, out frame);
        _hasYielded = true;
        return found;
    }

    bool TryCompletePlain(out Frame frame)
    {
        var isDoubtful = _isDoubtful;
        _isListening = _isDoubtful = _isPassing = false;
        if (!_plain.TryComplete(out frame)) return false;
        return isDoubtful ? IsProven(frame) : Examine(frame);
    }

    bool Refuse(RejectReason reason, out Frame frame)
    {
        TakeAsCipherBytes();
        _isListening = _cipher!.Status != CipherFrameStatus.Empty || _isDoubtful;
        _isCipherRefused = true;
        frame = new Frame(reason, default);
        return true;
    }

    void TakeAsCipherBytes()
    {
        _cipherBytes += _plain.SkippedBytes - _skippedBefore;
        _skippedBefore = _plain.SkippedBytes;
    }
}
