using P1Bridge.Serial.Mac;

namespace P1Bridge.Serial.Tests.Mac;

public class MacAdviceTests
{
    static readonly SerialOptions Options = new() { Path = "/dev/cu.usbserial-A" };

    [Theory]
    [InlineData(2, SerialPortFault.NotFound)] // ENOENT
    [InlineData(20, SerialPortFault.NotFound)] // ENOTDIR
    [InlineData(62, SerialPortFault.NotFound)] // ELOOP
    [InlineData(1, SerialPortFault.PermissionDenied)] // EPERM
    [InlineData(13, SerialPortFault.PermissionDenied)] // EACCES
    [InlineData(16, SerialPortFault.Busy)] // EBUSY
    [InlineData(35, SerialPortFault.Busy)] // EWOULDBLOCK, from the lock
    [InlineData(25, SerialPortFault.NotSerial)] // ENOTTY
    [InlineData(21, SerialPortFault.NotSerial)] // EISDIR
    [InlineData(5, SerialPortFault.Unplugged)] // EIO
    [InlineData(6, SerialPortFault.Unplugged)] // ENXIO
    [InlineData(19, SerialPortFault.Unplugged)] // ENODEV
    [InlineData(22, SerialPortFault.Other)] // EINVAL
    [InlineData(11, SerialPortFault.Other)] // EDEADLK, which is EAGAIN on Linux
    public void Each_error_number_means_one_fault(int error, SerialPortFault fault)
    {
        Assert.Equal(fault, MacError.ToFault(error));
        Assert.Equal(fault, MacAdvice.Refusal(Options, error).Fault);
    }

    [Fact]
    public void Not_found_lists_the_ports_there_are() => Assert.Equal(
        "Serial port /dev/cu.usbserial-A does not exist. Ports found: /dev/cu.usbserial-B.",
        MacAdvice.NotFound("/dev/cu.usbserial-A", ["/dev/cu.usbserial-B"]));

    [Fact]
    public void Not_found_without_any_port_asks_for_the_cable_and_its_driver() => Assert.Equal(
        "Serial port /dev/cu.usbserial-A does not exist. No serial port was found: "
        + "is the P1 cable plugged in and its driver allowed in System Settings, Privacy & Security?",
        MacAdvice.NotFound("/dev/cu.usbserial-A", []));

    [Fact]
    public void Busy_says_how_to_find_the_holder() => Assert.Equal(
        "Serial port /dev/cu.usbserial-A is in use by another program (sudo lsof /dev/cu.usbserial-A names it). "
        + "Stop it first: only one program can read a P1 port.",
        MacAdvice.Refusal(Options, MacError.DeviceBusy).Message);

    [Fact]
    public void A_speed_that_is_refused_is_named() => Assert.Contains(
        "cannot run at 12345 baud", MacAdvice.Refusal(Options with { BaudRate = 12345 }, MacError.InvalidArgument).Message, StringComparison.Ordinal);
}
