using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Anonymising;

/// <summary>
/// Anonymises a byte stream. Only whole telegrams come through, each with the checksum that belongs to it; what lies outside them is
/// dropped, except line ends and idle bytes right behind a telegram, because damaged bytes can carry what nobody recognises.
/// </summary>
/// <param name="catalogue">Says which objects name something.</param>
/// <param name="cipher">Makes the replacements.</param>
/// <param name="output">Gets the bytes that came through, with the number of the chunk that they arrived in.</param>
sealed class StreamAnonymiser(Catalogue catalogue, IdentityCipher cipher, Action<int, ReadOnlyMemory<byte>> output)
{
    /// <summary>A start sign and the letters that make it one: so much may be the beginning of a telegram that is not one yet.</summary>
    const int PossibleStart = 4;

    readonly TelegramFramer _framer = new();
    readonly TelegramAnonymiser _telegrams = new(catalogue, cipher);
    readonly List<byte> _bytes = [];
    readonly List<int> _chunks = [];
    bool _isBehindTelegram;

    /// <summary>What was done so far.</summary>
    public AnonymisingSummary Summary { get; } = new();

    /// <summary>Takes the bytes of one chunk; numbers of chunks rise.</summary>
    public void Append(ReadOnlySpan<byte> bytes, int chunk)
    {
        while (!bytes.IsEmpty)
        {
            var rest = bytes;
            var isFound = _framer.TryRead(ref rest, out var frame);
            Collect(bytes[..^rest.Length], chunk);
            bytes = rest;
            if (isFound) Take(frame);
        }
        if (!_framer.IsInside) DropAllBut(PossibleStart);
    }

    /// <summary>Says that the stream has ended.</summary>
    public void Complete()
    {
        if (_framer.TryComplete(out var frame)) Take(frame);
        DropAllBut(0);
        Summary.Values = cipher.Replaced;
        Summary.Places = _telegrams.Places;
        Summary.Unknown = [.. _telegrams.Unknown];
    }

    void Collect(ReadOnlySpan<byte> bytes, int chunk)
    {
        _bytes.AddRange(bytes);
        for (var i = 0; i < bytes.Length; i++) _chunks.Add(chunk);
    }

    void Take(in Frame frame)
    {
        if (frame.Reason is RejectReason.Truncated or RejectReason.TooLong)
        {
            Summary.Incomplete++;
            DropAllBut(0);
            return;
        }
        var before = frame.Bytes.ToArray();
        var start = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes).LastIndexOf(before);
        var after = before.ToArray();
        var objects = _telegrams.Apply(after);
        if (objects == 0)
        {
            DropAllBut(0);
            return;
        }
        Drop(start);
        var tail = ChecksumDigits.Rewrite(_bytes.ToArray().AsSpan(before.Length), before, after, frame.Reason, frame.LineEndsChanged);
        Send(after, tail);
        Summary.Telegrams++;
        if (frame.Reason != RejectReason.None) Summary.WithWrongChecksum++;
        _isBehindTelegram = true;
    }

    void Send(byte[] telegram, byte[] tail)
    {
        // A digit more than before arrives with the last one.
        byte[] all = [.. telegram, .. tail];
        for (var from = 0; from < all.Length;)
        {
            var chunk = ChunkOf(from);
            var to = from + 1;
            while (to < all.Length && ChunkOf(to) == chunk) to++;
            output(chunk, all.AsMemory(from..to));
            from = to;
        }
        _bytes.Clear();
        _chunks.Clear();

        int ChunkOf(int at) => _chunks[Math.Min(at, _chunks.Count - 1)];
    }

    void DropAllBut(int count) => Drop(Math.Max(0, _bytes.Count - count));

    void Drop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _isBehindTelegram &= _bytes[i] is (byte)'\r' or (byte)'\n' or 0x00 or 0xFF;
            if (_isBehindTelegram) output(_chunks[i], new[] { _bytes[i] });
            else Summary.DroppedBytes++;
        }
        _bytes.RemoveRange(0, count);
        _chunks.RemoveRange(0, count);
    }
}

/// <summary>What an anonymising run did.</summary>
sealed class AnonymisingSummary
{
    /// <summary>Telegrams that came through.</summary>
    public long Telegrams { get; set; }

    /// <summary>Those among them whose checksum was wrong, and is.</summary>
    public long WithWrongChecksum { get; set; }

    /// <summary>Telegrams without end, or too long for one; dropped.</summary>
    public long Incomplete { get; set; }

    /// <summary>Bytes outside telegrams that were dropped.</summary>
    public long DroppedBytes { get; set; }

    /// <summary>Different values that were replaced.</summary>
    public int Values { get; set; }

    /// <summary>How often.</summary>
    public long Places { get; set; }

    /// <summary>References without a catalogue row in which something was replaced.</summary>
    public IReadOnlyList<ObisReference> Unknown { get; set; } = [];
}
