using P1Bridge.Serial.Windows;

namespace P1Bridge.Serial.Tests.Windows;

public class WindowsPortNameTests
{
    [Theory]
    [InlineData("COM9", @"\Device\VCP0", "USB Serial Port (COM9)", "COM9 (USB Serial Port)")]
    [InlineData("COM9", @"\Device\VCP0", "USB Serial Port", "COM9 (USB Serial Port)")]
    [InlineData("COM9", @"\Device\VCP0", "(COM9)", "COM9")]
    [InlineData("COM9", @"\Device\ProlificSerial0", null, "COM9 (ProlificSerial0)")]
    [InlineData("COM9", "Winachsf0", null, "COM9 (Winachsf0)")]
    [InlineData("COM1", "", null, "COM1")]
    public void A_port_is_called_what_the_device_manager_calls_it(string name, string device, string? friendly, string text) =>
        Assert.Equal(text, WindowsPortName.From(name, device, friendly).ToString());

    [Fact]
    public void Ports_are_sorted_by_number_each_once_and_the_nameless_left_out() => Assert.Equal(
        ["COM3", "COM4", "COM10"],
        WindowsPortName.Sorted([new("COM10", "a"), new("COM4", ""), new("com4", "b"), new("", "c"), new("COM3", "")]).Select(port => port.Name));
}
