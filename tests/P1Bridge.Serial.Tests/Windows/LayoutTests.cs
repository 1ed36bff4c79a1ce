using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P1Bridge.Serial.Windows;

namespace P1Bridge.Serial.Tests.Windows;

public class LayoutTests
{
    static readonly SerialOptions Options = new() { Path = "COM9" };

    [Fact]
    public void The_settings_of_eight_bits_are_these_28_bytes() => Assert.Equal(
        "1C000000" // length 28
        + "00C20100" // 115200
        + "11100000" // binary, DTR on, RTS on: no flow control, no parity
        + "0000" + "FFFF" + "FFFF" // reserved and limits, kept
        + "08" + "00" + "00" // 8 bits, no parity, 1 stop bit
        + "FF" + "FF" + "00" + "FF" + "FF" // characters: the bad one is NUL
        + "FFFF",
        Bytes(Set(Options)));

    [Fact]
    public void The_settings_of_seven_bits_with_even_parity_replace_bad_characters_by_NUL() => Assert.Equal(
        "1C000000" + "80250000" // 9600
        + "13140000" // binary, parity checked, DTR on, bad characters replaced, RTS on
        + "0000" + "FFFF" + "FFFF" + "07" + "02" + "00" + "FF" + "FF" + "00" + "FF" + "FF" + "FFFF",
        Bytes(Set(Options with { BaudRate = 9600, Format = SerialFormat.SevenEven1 })));

    [Fact]
    public void Request_lines_that_are_not_wanted_are_off() =>
        Assert.Equal(0x1u, Set(Options with { RaiseRequestLines = false }).Flags);

    [Fact]
    public void Seven_bits_at_full_speed_are_possible_too()
    {
        var settings = Set(Options with { Format = SerialFormat.SevenEven1 });

        Assert.Equal((115_200u, 7, 2), (settings.BaudRate, settings.DataBits, settings.Parity));
    }

    [Fact]
    public void The_time_limits_are_20_bytes_in_the_combination_that_waits_for_the_first_byte() => Assert.Equal(
        "FFFFFFFF" + "FFFFFFFF" + "64000000" + "00000000" + "00000000", Bytes(ReadTimeouts.FirstBytesWithin(100)));

    [Fact]
    public void The_structures_have_the_sizes_Windows_expects() =>
        Assert.Equal((28, 28, 20), (Unsafe.SizeOf<DeviceControlBlock>(), DeviceControlBlock.Size, Unsafe.SizeOf<ReadTimeouts>()));

    static DeviceControlBlock Set(SerialOptions options)
    {
        // As a last user may have left it; the reserved word is the system's.
        var settings = new DeviceControlBlock();
        MemoryMarshal.AsBytes(new Span<DeviceControlBlock>(ref settings)).Fill(0xFF);
        settings.Reserved = 0;
        settings.SetRaw(options);
        return settings;
    }

    static string Bytes<T>(T structure) where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref structure)));
}
