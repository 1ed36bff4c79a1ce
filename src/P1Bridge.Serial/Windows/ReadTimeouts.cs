using System.Runtime.InteropServices;

namespace P1Bridge.Serial.Windows;

/// <summary>struct COMMTIMEOUTS of Windows: 20 bytes, all in milliseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
struct ReadTimeouts
{
    public uint BetweenBytes;
    public uint TotalPerByte;
    public uint Total;
    public uint WriteTotalPerByte;
    public uint WriteTotal;

    /// <summary>
    /// A read returns what is there, else waits for the first byte up to a limit. The documentation of COMMTIMEOUTS gives this
    /// meaning to the first two being as large as can be.
    /// </summary>
    public static ReadTimeouts FirstBytesWithin(uint milliseconds) =>
        new() { BetweenBytes = uint.MaxValue, TotalPerByte = uint.MaxValue, Total = milliseconds };
}
