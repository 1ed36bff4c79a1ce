namespace P1Bridge.Sources;

/// <summary>
/// Makes a byte stream of MQTT messages, which may hold a whole telegram, any piece of one, or a line each. Whoever publishes line by line
/// leaves the line ends out, and often the empty line too; whoever publishes pieces must not get any added. Which of the two it is shows with the second
/// message of a telegram. Decides only.
/// </summary>
sealed class TelegramMessages
{
    const byte Start = (byte)'/';
    const byte End = (byte)'!';
    const byte Return = (byte)'\r';
    const byte Feed = (byte)'\n';

    enum Form { Pieces, Undecided, Lines }

    Form _form;

    /// <summary>The bytes that a message stands for.</summary>
    public byte[] Take(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith([Start])) return TakeStart(message);
        if (_form == Form.Undecided) return TakeSecond(message);
        return _form == Form.Lines ? Line(message) : message.ToArray();
    }

    byte[] TakeStart(ReadOnlySpan<byte> message)
    {
        var hasLines = message.ContainsAny(Return, Feed);
        _form = hasLines ? Form.Pieces : Form.Undecided;
        return WithReturns(message);
    }

    byte[] TakeSecond(ReadOnlySpan<byte> message)
    {
        _form = IsLine(message) ? Form.Lines : Form.Pieces;
        if (_form == Form.Pieces) return message.ToArray();
        // The line end of the header, and the empty line behind it, which counts in the checksum.
        return message.IsEmpty ? [.. "\r\n\r\n"u8] : [.. "\r\n\r\n"u8, .. Line(message)];
    }

    /// <summary>A line with values, the end of a telegram, or the empty line.</summary>
    static bool IsLine(ReadOnlySpan<byte> message)
        => message.IsEmpty || (!message.ContainsAny(Return, Feed) && (message[^1] == (byte)')' || message[0] == End));

    static byte[] Line(ReadOnlySpan<byte> message) => message.EndsWith([Feed]) ? message.ToArray() : [.. message, Return, Feed];

    /// <summary>A whole telegram whose last line end was cut off. A message cannot be treated so: it may be a piece that goes on behind it.</summary>
    public static byte[] Whole(ReadOnlySpan<byte> telegram) => [.. WithReturns(telegram), Return, Feed];

    /// <summary>Some programs turn CR LF into LF on the way. What is restored must still fit the checksum.</summary>
    static byte[] WithReturns(ReadOnlySpan<byte> telegram)
    {
        if (telegram.Contains(Return)) return telegram.ToArray();
        var restored = new byte[telegram.Length + telegram.Count(Feed)];
        var at = 0;
        foreach (var value in telegram)
        {
            if (value == Feed) restored[at++] = Return;
            restored[at++] = value;
        }
        return restored;
    }
}
