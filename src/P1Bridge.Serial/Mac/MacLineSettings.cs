using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial.Mac;

/// <summary>struct termios of macOS: 72 bytes, the flags eight bytes wide and the speeds plain numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
struct MacLineSettings
{
    const ulong ParityCheck = 0x10;
    const ulong StripBit7 = 0x20;

    const ulong SevenBits = 0x200;
    const ulong EightBits = 0x300;
    const ulong EnableReceiver = 0x800;
    const ulong EvenParity = 0x1000;
    const ulong HangUpOnClose = 0x4000;
    const ulong IgnoreCarrier = 0x8000;

    const int WaitCount = 16;
    const int WaitTime = 17;
    const int MillisecondsPerStep = 100;

    public ulong Input;
    public ulong Output;
    public ulong Control;
    public ulong Local;
    public ControlCharacters Characters;
    public ulong InputSpeed;
    public ulong OutputSpeed;

    /// <summary>Raw mode as on Linux, but a read ends by itself when no byte comes in time.</summary>
    public void SetRaw(int baudRate, SerialFormat format)
    {
        var sevenEven = format == SerialFormat.SevenEven1;
        Input = sevenEven ? ParityCheck | StripBit7 : 0;
        Output = 0;
        Local = 0;
        Control = EnableReceiver | IgnoreCarrier | HangUpOnClose | (sevenEven ? SevenBits | EvenParity : EightBits);
        InputSpeed = OutputSpeed = (ulong)baudRate;
        Characters[WaitCount] = 0;
        Characters[WaitTime] = TimedPort.Patience / MillisecondsPerStep;
    }

    [InlineArray(20)]
    public struct ControlCharacters
    {
        byte _first;
    }
}
