using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace P1Bridge.Serial.Linux;

/// <summary>struct termios2 of Linux: 44 bytes with the speeds as plain numbers (same on x86, Arm and RISC-V).</summary>
[StructLayout(LayoutKind.Sequential)]
struct LineSettings
{
    const uint ParityCheck = 0x10;
    const uint StripBit7 = 0x20;

    const uint SevenBits = 0x20;
    const uint EightBits = 0x30;
    const uint EnableReceiver = 0x80;
    const uint EvenParity = 0x100;
    const uint HangUpOnClose = 0x400;
    const uint IgnoreCarrier = 0x800;
    const uint SpeedAsNumber = 0x1000;

    const int WaitTime = 5;
    const int WaitCount = 6;

    public uint Input;
    public uint Output;
    public uint Control;
    public uint Local;
    public byte Discipline;
    public ControlCharacters Characters;
    public uint InputSpeed;
    public uint OutputSpeed;

    /// <summary>Raw mode: every byte is handed on as it came, none is echoed, held back for a line end or taken as a command.</summary>
    public void SetRaw(int baudRate, SerialFormat format)
    {
        var sevenEven = format == SerialFormat.SevenEven1;
        // Stripping is asked for as well as seven bits, since pseudo terminals and some adapters keep eight.
        Input = sevenEven ? ParityCheck | StripBit7 : 0;
        Output = 0;
        Local = 0;
        // Hanging up on close takes the data request away: the meter stops sending when nobody reads.
        Control = EnableReceiver | IgnoreCarrier | HangUpOnClose | SpeedAsNumber | (sevenEven ? SevenBits | EvenParity : EightBits);
        InputSpeed = OutputSpeed = (uint)baudRate;
        // With a count of 0 an empty port would read as 0 bytes, which means the end of the stream.
        Characters[WaitCount] = 1;
        Characters[WaitTime] = 0;
    }

    /// <summary>Whether the driver took the speed; drivers round to what their clock can divide, a UART bears about 3 %.</summary>
    public readonly bool RunsAt(int baudRate) => Math.Abs((long)OutputSpeed - baudRate) * 100 <= baudRate * 3L;

    [InlineArray(19)]
    public struct ControlCharacters
    {
        byte _first;
    }
}
