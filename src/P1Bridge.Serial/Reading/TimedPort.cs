namespace P1Bridge.Serial.Reading;

/// <summary>An open port of a system whose read waits for bytes up to a limit of time that was set when it was opened.</summary>
abstract class TimedPort : IDisposable
{
    /// <summary>What <see cref="Read"/> returns when the device is gone.</summary>
    public const int Gone = -1;

    /// <summary>
    /// How long a read waits for its first byte, in milliseconds: closing the port and noticing an unplugged device take as long.
    /// macOS counts in tenths of a second.
    /// </summary>
    public const int Patience = 100;

    /// <summary>Waits for the first bytes; 0 when none came in time, <see cref="Gone"/> when the device is gone.</summary>
    /// <exception cref="SerialPortException">The system refused the read for another reason.</exception>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Closes the port. No read may be running.</summary>
    public abstract void Dispose();

    /// <summary>
    /// Clears bit 7 of each byte, as the even parity of seven data bits leaves it where an adapter keeps eight.
    /// </summary>
    public static void KeepSevenBits(Span<byte> bytes)
    {
        foreach (ref var value in bytes) value &= 0x7F;
    }
}
