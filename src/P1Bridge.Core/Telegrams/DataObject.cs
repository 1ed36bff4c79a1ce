namespace P1Bridge.Core.Telegrams;

/// <summary>One OBIS reference with its value groups, as bytes of the telegram. Valid during the handler's call only.</summary>
public readonly ref struct DataObject
{
    internal DataObject(ObisReference reference, ReadOnlySpan<byte> groups, int offset, int groupsOffset)
    {
        Reference = reference;
        Groups = groups;
        Offset = offset;
        GroupsOffset = groupsOffset;
    }

    /// <summary>The reference that names the object.</summary>
    public ObisReference Reference { get; }

    /// <summary>All value groups with their parentheses; a line end may stand between two of them.</summary>
    public ReadOnlySpan<byte> Groups { get; }

    /// <summary>Where the object starts in the telegram, in bytes.</summary>
    public int Offset { get; }

    /// <summary>Where its value groups start in the telegram, in bytes.</summary>
    public int GroupsOffset { get; }

    /// <summary>Walks the contents of the parentheses, in the order sent.</summary>
    public ValueGroups GetEnumerator() => new(Groups);
}

/// <summary>The contents of the parentheses of one data object, one after the other.</summary>
public ref struct ValueGroups
{
    ReadOnlySpan<byte> _rest;

    internal ValueGroups(ReadOnlySpan<byte> groups) => _rest = groups;

    /// <summary>What stands between the parentheses; empty for <c>()</c>.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Steps to the next group; false after the last one.</summary>
    public bool MoveNext()
    {
        var open = _rest.IndexOf((byte)'(');
        if (open < 0) return false;
        _rest = _rest[(open + 1)..];
        var close = _rest.IndexOf((byte)')');
        if (close < 0) return false;
        Current = _rest[..close];
        _rest = _rest[(close + 1)..];
        return true;
    }

    /// <summary>Steps to the next group and hands it out; empty and false after the last one.</summary>
    public bool TryNext(out ReadOnlySpan<byte> group)
    {
        var found = MoveNext();
        group = found ? Current : default;
        return found;
    }
}
