namespace P1Bridge.Fuzz;

/// <summary>Bytes under mutation, with what the mutations need to find their way.</summary>
sealed class Draft(byte[] bytes)
{
    readonly List<byte> _bytes = [.. bytes];

    public int Length => _bytes.Count;

    public byte this[int at]
    {
        get => _bytes[at];
        set => _bytes[at] = value;
    }

    public byte[] ToArray() => [.. _bytes];

    public byte[] Slice(int start, int length) => [.. _bytes.GetRange(start, length)];

    public void Insert(int at, ReadOnlySpan<byte> more) => _bytes.InsertRange(at, more);

    public void Remove(int start, int length) => _bytes.RemoveRange(start, length);

    /// <summary>A place in it, never behind its end; 0 when it is empty.</summary>
    public int Place(Random random) => random.Next(Math.Max(1, Length));

    /// <summary>Start and length of a line, its line end included.</summary>
    public (int Start, int Length) Line(Random random)
    {
        var at = Place(random);
        var start = at == 0 ? 0 : _bytes.LastIndexOf((byte)'\n', at - 1) + 1;
        var end = start >= Length ? -1 : _bytes.IndexOf((byte)'\n', start);
        return (start, (end < 0 ? Length : end + 1) - start);
    }

    /// <summary>The next digit that stands in a value group, from anywhere on; -1 when there is none.</summary>
    public int Digit(Random random)
    {
        var open = _bytes.IndexOf((byte)'(', Place(random));
        if (open < 0) return -1;
        var at = open + random.Next(1, 9);
        return at < Length && char.IsAsciiDigit((char)_bytes[at]) ? at : _bytes.FindIndex(open, static letter => char.IsAsciiDigit((char)letter));
    }

    /// <summary>Start and length of what stands in a value group; (-1, 0) when there is none.</summary>
    public (int Start, int Length) Group(Random random)
    {
        var open = _bytes.IndexOf((byte)'(', Place(random));
        var close = open < 0 ? -1 : _bytes.IndexOf((byte)')', open);
        return close < 0 ? (-1, 0) : (open + 1, close - open - 1);
    }

    public int IndexOf(byte value, int from = 0) => _bytes.IndexOf(value, from);

    public int LastIndexOf(byte value, int from) => _bytes.LastIndexOf(value, from);
}
