namespace P1Bridge.Core.Telegrams;

/// <summary>Hexadecimal digits as bytes, upper or lower case.</summary>
static class HexDigits
{
    /// <summary>0 to 15, or -1 when the byte is no hexadecimal digit.</summary>
    public static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
