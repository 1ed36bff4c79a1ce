namespace P1Bridge.Serial;

/// <summary>What is needed to open a serial port.</summary>
public sealed record SerialOptions
{
    const int SlowestBaudRate = 50;
    const int FastestBaudRate = 4_000_000;

    /// <summary>
    /// Path of the port's device file, such as <c>/dev/serial/by-id/usb-FTDI_...-port0</c> or <c>/dev/ttyUSB0</c>; <c>COM9</c> on
    /// Windows, <c>/dev/cu.usbserial-...</c> on macOS. Names under <c>/dev/serial/by-id</c> stay the same when the cable is plugged in again.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Speed in bits per second, 50 to 4 000 000. Default 115200 (DSMR P1 5.0.2, 6.1); DSMR 2.2 and 3.0 use 9600.</summary>
    public int BaudRate { get; init; } = 115_200;

    /// <summary>Data bits, parity and stop bits. Default 8N1.</summary>
    public SerialFormat Format { get; init; } = SerialFormat.EightNone1;

    /// <summary>
    /// Whether the lines RTS and DTR are switched on, which many cables wire to the meter's data request. Default true;
    /// false switches them off. Ignored where the port has no such lines (pseudo terminals, some adapters). macOS leaves RTS on.
    /// </summary>
    public bool RaiseRequestLines { get; init; } = true;

    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(BaudRate, SlowestBaudRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BaudRate, FastestBaudRate);
        if (!Enum.IsDefined(Format)) throw new ArgumentOutOfRangeException(nameof(Format), Format, "Unknown serial format.");
    }
}
