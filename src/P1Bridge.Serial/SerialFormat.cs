namespace P1Bridge.Serial;

/// <summary>How a character travels on the line: data bits, parity, stop bits.</summary>
public enum SerialFormat
{
    /// <summary>8 data bits, no parity, 1 stop bit: DSMR 4 and later, all Belgian meters (DSMR P1 5.0.2, 6.1).</summary>
    EightNone1,

    /// <summary>
    /// 7 data bits, even parity, 1 stop bit: DSMR 2.2 and 3.0 at 9600 baud. Bit 7 of what is read is always clear,
    /// and a character with a parity error is read as 0x00, so that it cannot pass for a digit.
    /// </summary>
    SevenEven1,
}
