using P1Bridge.Serial.Windows;

namespace P1Bridge.Serial.Tests.Windows;

public class WindowsAdviceTests
{
    static readonly SerialOptions Options = new() { Path = "COM9" };

    [Theory]
    [InlineData(2, SerialPortFault.NotFound)] // ERROR_FILE_NOT_FOUND
    [InlineData(3, SerialPortFault.NotFound)] // ERROR_PATH_NOT_FOUND
    [InlineData(123, SerialPortFault.NotFound)] // ERROR_INVALID_NAME
    [InlineData(161, SerialPortFault.NotFound)] // ERROR_BAD_PATHNAME
    [InlineData(53, SerialPortFault.NotFound)] // ERROR_BAD_NETPATH
    [InlineData(5, SerialPortFault.Busy)] // ERROR_ACCESS_DENIED
    [InlineData(32, SerialPortFault.Busy)] // ERROR_SHARING_VIOLATION
    [InlineData(6, SerialPortFault.NotSerial)] // ERROR_INVALID_HANDLE
    [InlineData(1, SerialPortFault.Unplugged)] // ERROR_INVALID_FUNCTION
    [InlineData(21, SerialPortFault.Unplugged)] // ERROR_NOT_READY
    [InlineData(22, SerialPortFault.Unplugged)] // ERROR_BAD_COMMAND
    [InlineData(31, SerialPortFault.Unplugged)] // ERROR_GEN_FAILURE
    [InlineData(121, SerialPortFault.Unplugged)] // ERROR_SEM_TIMEOUT
    [InlineData(433, SerialPortFault.Unplugged)] // ERROR_NO_SUCH_DEVICE
    [InlineData(1117, SerialPortFault.Unplugged)] // ERROR_IO_DEVICE
    [InlineData(1167, SerialPortFault.Unplugged)] // ERROR_DEVICE_NOT_CONNECTED
    [InlineData(1617, SerialPortFault.Unplugged)] // ERROR_DEVICE_REMOVED
    [InlineData(87, SerialPortFault.Other)] // ERROR_INVALID_PARAMETER
    [InlineData(8, SerialPortFault.Other)] // ERROR_NOT_ENOUGH_MEMORY
    public void Each_error_number_means_one_fault(int error, SerialPortFault fault)
    {
        Assert.Equal(fault, WindowsError.ToFault(error));
        Assert.Equal(fault, WindowsAdvice.Refusal(Options, error).Fault);
    }

    [Theory]
    [InlineData(5, true)] // what USB drivers answer after unplugging
    [InlineData(22, true)]
    [InlineData(995, true)]
    [InlineData(1617, true)]
    [InlineData(8, false)]
    [InlineData(87, false)]
    public void A_read_ends_with_its_device_and_fails_otherwise(int error, bool ends) => Assert.Equal(ends, WindowsError.EndsReading(error));

    [Fact]
    public void Not_found_lists_the_ports_there_are_with_the_names_people_know() => Assert.Equal(
        "Serial port COM9 does not exist. Ports found: COM1, COM3 (USB Serial Port).",
        WindowsAdvice.NotFound("COM9", [new("COM1", ""), new("COM3", "USB Serial Port")]));

    [Fact]
    public void Not_found_without_any_port_asks_for_the_cable_and_its_driver() => Assert.Equal(
        "Serial port COM9 does not exist. No serial port was found: is the P1 cable plugged in, and does the Device Manager show it under "
        + "Ports (COM & LPT)? If it stands elsewhere with a warning sign, install the driver of its maker.",
        WindowsAdvice.NotFound("COM9", []));

    [Fact]
    public void Access_denied_means_that_another_program_has_the_port() => Assert.Equal(
        "Serial port COM9 is in use by another program, perhaps a terminal program or a second bridge. "
        + "Close it first: only one program can read a P1 port.",
        WindowsAdvice.Refusal(Options, WindowsError.AccessDenied).Message);

    [Fact]
    public void A_speed_that_is_refused_is_named() => Assert.Equal(
        "The adapter behind COM9 cannot run at 12345 baud. Most meters use 115200, old Dutch ones 9600.",
        WindowsAdvice.Refusal(Options with { BaudRate = 12345 }, WindowsError.InvalidParameter).Message);

    [Fact]
    public void A_hanging_adapter_asks_for_the_cable() => Assert.StartsWith(
        "Nothing answers behind serial port COM9 (", WindowsAdvice.Refusal(Options, WindowsError.GeneralFailure).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("COM9", @"\\.\COM9")]
    [InlineData("COM10", @"\\.\COM10")]
    [InlineData("com12", @"\\.\com12")]
    [InlineData(@"\\.\COM10", @"\\.\COM10")]
    [InlineData(@"\\?\USB#VID_0403", @"\\?\USB#VID_0403")]
    [InlineData("/dev/ttyUSB0", @"\\.\/dev/ttyUSB0")]
    public void Ports_are_opened_by_the_name_that_also_works_beyond_nine(string path, string device) =>
        Assert.Equal(device, WindowsPort.DevicePath(path));
}
