namespace P1Bridge.Core.Diagnosis;

/// <summary>What a mis-set line made of each character, undone.</summary>
public static class LineCode
{
    /// <summary>
    /// Undoes a signal that nobody inverted: its idle level looks like the start of a byte, so the receiver is one bit late and gets
    /// <c>((~c &amp; 7F) &lt;&lt; 1) | 1</c> for the character <c>c</c>.
    /// </summary>
    public static byte[] InvertBack(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[bytes.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = (byte)(~(bytes[i] >> 1) & 0x7F);
        return text;
    }

    /// <summary>What an inverted signal makes of a character; undone by <see cref="InvertBack"/>.</summary>
    public static byte Invert(byte character) => (byte)(((~character & 0x7F) << 1) | 1);

    /// <summary>Undoes 7E1 read as 8N1: bit 7 is the parity bit.</summary>
    public static byte[] ClearParity(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[bytes.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = (byte)(bytes[i] & 0x7F);
        return text;
    }
}
