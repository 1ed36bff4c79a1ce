using System.Runtime.InteropServices;

namespace P1Bridge.Serial.Windows;

/// <summary>struct DCB of Windows: 28 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
struct DeviceControlBlock
{
    public const int Size = 28;

    // The flags in the order of the structure's bit fields. Those not named here stay off: flow control by lines and by
    // characters would let a byte of the telegram stop the line, and dropping NUL would hide damage.
    const uint Binary = 1 << 0;
    const uint CheckParity = 1 << 1;
    const uint DataTerminalReady = 1 << 4;
    const uint ReplaceBadCharacters = 1 << 10;
    const uint RequestToSend = 1 << 12;

    const byte NoParity = 0;
    const byte EvenParity = 2;
    const byte OneStopBit = 0;

    public uint Length;
    public uint BaudRate;
    public uint Flags;
    public ushort Reserved;
    public ushort ResumeLimit;
    public ushort PauseLimit;
    public byte DataBits;
    public byte Parity;
    public byte StopBits;
    public byte ResumeCharacter;
    public byte PauseCharacter;
    public byte BadCharacter;
    public byte EndCharacter;
    public byte EventCharacter;
    public ushort ReservedToo;

    /// <summary>Raw mode: every byte is handed on as it came. The request lines stay as set here until the port is closed.</summary>
    public void SetRaw(SerialOptions options)
    {
        var sevenEven = options.Format == SerialFormat.SevenEven1;
        Length = Size;
        BaudRate = (uint)options.BaudRate;
        // A character with a parity error is replaced by NUL and not dropped.
        Flags = Binary
            | (sevenEven ? CheckParity | ReplaceBadCharacters : 0)
            | (options.RaiseRequestLines ? DataTerminalReady | RequestToSend : 0);
        BadCharacter = 0;
        DataBits = (byte)(sevenEven ? 7 : 8);
        Parity = sevenEven ? EvenParity : NoParity;
        StopBits = OneStopBit;
    }
}
