using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P1Bridge.Serial.Mac;

namespace P1Bridge.Serial.Tests.Mac;

public class MacLineSettingsTests
{
    const string Kept = "FFFFFFFFFFFFFFFF";

    [Fact]
    public void The_structure_has_the_size_macOS_expects() => Assert.Equal(72, Unsafe.SizeOf<MacLineSettings>());

    [Fact]
    public void Eight_bits_are_these_72_bytes() => Assert.Equal(
        "0000000000000000" // input
        + "0000000000000000" // output
        + "00CB000000000000" // CS8 CREAD HUPCL CLOCAL: no CSTOPB, no flow control
        + "0000000000000000" // local
        + Kept + Kept + "0001FFFF" + "FFFFFFFF" // 20 characters, of which VMIN 0 and VTIME a tenth of a second; 4 bytes of padding
        + "00C2010000000000" + "00C2010000000000", // 115200
        Bytes(115_200, SerialFormat.EightNone1));

    [Fact]
    public void Seven_bits_with_even_parity_are_checked_and_stripped() => Assert.Equal(
        "3000000000000000" // INPCK ISTRIP
        + "0000000000000000"
        + "00DA000000000000" // CS7 CREAD PARENB HUPCL CLOCAL, parity even
        + "0000000000000000"
        + Kept + Kept + "0001FFFF" + "FFFFFFFF"
        + "8025000000000000" + "8025000000000000",
        Bytes(9600, SerialFormat.SevenEven1));

    [Theory]
    [InlineData("/dev/tty.usbserial-A", "/dev/cu.usbserial-A")]
    [InlineData("/dev/cu.usbserial-A", "/dev/cu.usbserial-A")]
    [InlineData("/dev/ttys001", "/dev/ttys001")]
    public void The_name_that_would_wait_for_a_modem_is_never_opened(string path, string opened) =>
        Assert.Equal(opened, MacPort.CallOutName(path));

    static string Bytes(int baudRate, SerialFormat format)
    {
        var settings = new MacLineSettings();
        var bytes = MemoryMarshal.AsBytes(new Span<MacLineSettings>(ref settings));
        bytes.Fill(0xFF);
        settings.SetRaw(baudRate, format);
        return Convert.ToHexString(bytes);
    }
}
