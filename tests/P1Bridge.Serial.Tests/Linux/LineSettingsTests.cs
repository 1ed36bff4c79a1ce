using System.Runtime.CompilerServices;
using P1Bridge.Serial.Linux;

namespace P1Bridge.Serial.Tests.Linux;

public class LineSettingsTests
{
    [Fact]
    public void The_structure_has_the_size_the_kernel_expects() => Assert.Equal(44, Unsafe.SizeOf<LineSettings>());

    [Fact]
    public void Eight_bits_without_parity_are_raw()
    {
        var settings = Messy();

        settings.SetRaw(115_200, SerialFormat.EightNone1);

        Assert.Equal((0u, 0u, 0u), (settings.Input, settings.Output, settings.Local));
        Assert.Equal(0x1CB0u, settings.Control); // BOTHER CLOCAL HUPCL CREAD CS8: no CRTSCTS, no CSTOPB
        Assert.Equal((115_200u, 115_200u), (settings.InputSpeed, settings.OutputSpeed));
        Assert.Equal((0, 1), (settings.Characters[5], settings.Characters[6]));
    }

    [Fact]
    public void Seven_bits_with_even_parity_are_checked_and_stripped()
    {
        var settings = Messy();

        settings.SetRaw(9600, SerialFormat.SevenEven1);

        Assert.Equal(0x30u, settings.Input); // INPCK ISTRIP: a bad character becomes NUL and is not dropped
        Assert.Equal(0x1DA0u, settings.Control); // BOTHER CLOCAL HUPCL PARENB CREAD CS7, parity even
    }

    [Theory]
    [InlineData(115_200, 115_200, true)]
    [InlineData(115_384, 115_200, true)]
    [InlineData(111_800, 115_200, true)]
    [InlineData(111_000, 115_200, false)]
    [InlineData(9_600, 115_200, false)]
    [InlineData(0, 50, false)]
    public void A_speed_that_the_driver_changed_by_more_than_three_percent_is_refused(uint taken, int wanted, bool runs) =>
        Assert.Equal(runs, new LineSettings { OutputSpeed = taken }.RunsAt(wanted));

    static LineSettings Messy() => new() { Input = uint.MaxValue, Output = uint.MaxValue, Control = uint.MaxValue, Local = uint.MaxValue };
}
