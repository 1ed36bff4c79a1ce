namespace P1Bridge.Serial.Tests;

public sealed class PortListTests : IDisposable
{
    readonly string _devices = Directory.CreateTempSubdirectory("devices-").FullName;

    public void Dispose() => Directory.Delete(_devices, recursive: true);

    [Fact]
    public void Stable_names_come_first_then_the_kinds_in_order_each_by_number()
    {
        Make("ttyUSB10", "ttyUSB2", "ttyACM0", "ttyAMA0", "ttyS0", "tty1", "null", "serial/by-id/usb-FTDI_B", "serial/by-id/usb-DSMR_long_A");

        Assert.Equal(
            ["serial/by-id/usb-DSMR_long_A", "serial/by-id/usb-FTDI_B", "ttyUSB2", "ttyUSB10", "ttyACM0", "ttyAMA0"],
            PortList.OfLinux(_devices).Select(path => Path.GetRelativePath(_devices, path)));
    }

    [Fact]
    public void On_macOS_the_adapters_are_listed_by_the_name_that_does_not_wait_for_a_modem()
    {
        Make("cu.usbserial-B", "cu.usbmodem1", "cu.SLAB_USBtoUART", "tty.usbserial-B", "cu.Bluetooth-Incoming-Port", "cu.debug-console", "ttyUSB0");

        Assert.Equal(
            ["cu.usbmodem1", "cu.usbserial-B", "cu.SLAB_USBtoUART"],
            PortList.OfMac(_devices).Select(path => Path.GetRelativePath(_devices, path)));
    }

    [Fact]
    public void No_devices_give_an_empty_list()
    {
        Assert.Empty(PortList.OfLinux(_devices));
        Assert.Empty(PortList.OfLinux(Path.Combine(_devices, "absent")));
    }

    [Fact]
    public void The_public_surface_is_what_the_program_needs_and_no_more() => Assert.Equal(
        ["SerialFormat", "SerialOptions", "SerialPort", "SerialPortException", "SerialPortFault", "SerialStream"],
        typeof(SerialPort).Assembly.GetExportedTypes().Select(type => type.Name).Order(StringComparer.Ordinal));

    void Make(params IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(_devices, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
