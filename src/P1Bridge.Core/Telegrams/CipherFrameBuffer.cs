namespace P1Bridge.Core.Telegrams;

/// <summary>What a <see cref="CipherFrameBuffer"/> holds.</summary>
enum CipherFrameStatus
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>The beginning of what may be a frame.</summary>
    Collecting,

    /// <summary>A frame in whose middle the meter's next frame begins: bytes were lost.</summary>
    Broken,

    /// <summary>A frame, as long as its length says.</summary>
    Complete,
}

/// <summary>Collects one cipher frame. Bytes that cannot begin one fall out at the front, one by one up to the next mark.</summary>
sealed class CipherFrameBuffer
{
    readonly byte[] _bytes = new byte[CipherFrame.MaximumLength];
    CipherFrame _frame;
    int _length;
    int _searched;
    int _nextAt;

    /// <summary>What it holds now.</summary>
    public CipherFrameStatus Status { get; private set; }

    /// <summary>Whether all checks of the header were passed, so that this is a frame by all that can be known without a key.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The complete frame.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _frame.Length);

    /// <summary>Where the parts of the complete frame lie.</summary>
    public CipherFrame Frame => _frame;

    /// <summary>Takes bytes while collecting, up to the one that changes the status; says how many.</summary>
    public int Append(ReadOnlySpan<byte> input)
    {
        var taken = Math.Min(HasHeader ? _frame.Length - _length : 1, input.Length);
        input[..taken].CopyTo(_bytes.AsSpan(_length));
        _length += taken;
        Examine();
        if (Status != CipherFrameStatus.Broken) return taken;
        var excess = _length - _nextAt - CipherFrame.StartLength;
        _length -= excess;
        return taken - excess;
    }

    /// <summary>Begins anew with bytes that were read already; true when a frame may begin among them.</summary>
    public bool Load(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes);
        _length = bytes.Length;
        Forget();
        Examine();
        return Status != CipherFrameStatus.Empty;
    }

    /// <summary>Removes the complete frame, or what is left of the broken one.</summary>
    public void Remove() => RemoveFront(Status == CipherFrameStatus.Broken ? _nextAt : _frame.Length);

    /// <summary>Gives up what stands in front; a frame may begin behind its mark.</summary>
    public void Step() => RemoveFront(1);

    /// <summary>Removes everything.</summary>
    public void Clear() => RemoveFront(_length);

    void RemoveFront(int count)
    {
        DropFront(count);
        Forget();
        Examine();
    }

    void DropFront(int count)
    {
        if (count == 0) return;
        _bytes.AsSpan(count, _length - count).CopyTo(_bytes);
        _length -= count;
    }

    void Forget()
    {
        HasHeader = false;
        _searched = 0;
    }

    void Examine()
    {
        Status = CipherFrameStatus.Empty;
        var start = 0;
        while (start < _length)
        {
            var head = CipherFrame.Read(_bytes.AsSpan(start, _length - start), out _frame);
            if (head != CipherHead.Wrong)
            {
                DropFront(start);
                HasHeader = head == CipherHead.Valid;
                Status = HasHeader ? StatusOfBody() : CipherFrameStatus.Collecting;
                return;
            }
            var next = _bytes.AsSpan(start + 1, _length - start - 1).IndexOf(CipherFrame.Mark);
            start = next < 0 ? _length : start + 1 + next;
        }
        _length = 0;
    }

    /// <summary>The meter's name inside a frame is its next frame: ten bytes do not meet by chance.</summary>
    CipherFrameStatus StatusOfBody()
    {
        var from = Math.Max(_frame.SecurityControlAt, _searched);
        var until = Math.Min(_length, _frame.Length);
        var next = _bytes.AsSpan(from, until - from).IndexOf(_bytes.AsSpan(0, CipherFrame.StartLength));
        _nextAt = from + next;
        _searched = until - CipherFrame.StartLength + 1;
        if (next >= 0) return CipherFrameStatus.Broken;
        return _length < _frame.Length ? CipherFrameStatus.Collecting : CipherFrameStatus.Complete;
    }
}
