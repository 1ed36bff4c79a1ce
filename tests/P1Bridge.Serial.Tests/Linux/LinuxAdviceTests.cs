using P1Bridge.Serial.Linux;

namespace P1Bridge.Serial.Tests.Linux;

public class LinuxAdviceTests
{
    static readonly SerialOptions Options = new() { Path = "/dev/ttyUSB0" };

    [Theory]
    [InlineData(2, SerialPortFault.NotFound)] // ENOENT
    [InlineData(20, SerialPortFault.NotFound)] // ENOTDIR
    [InlineData(40, SerialPortFault.NotFound)] // ELOOP
    [InlineData(1, SerialPortFault.PermissionDenied)] // EPERM
    [InlineData(13, SerialPortFault.PermissionDenied)] // EACCES
    [InlineData(16, SerialPortFault.Busy)] // EBUSY
    [InlineData(11, SerialPortFault.Busy)] // EAGAIN, from the lock
    [InlineData(25, SerialPortFault.NotSerial)] // ENOTTY
    [InlineData(21, SerialPortFault.NotSerial)] // EISDIR
    [InlineData(5, SerialPortFault.Unplugged)] // EIO
    [InlineData(6, SerialPortFault.Unplugged)] // ENXIO
    [InlineData(19, SerialPortFault.Unplugged)] // ENODEV
    [InlineData(22, SerialPortFault.Other)] // EINVAL
    [InlineData(24, SerialPortFault.Other)] // EMFILE
    public void Each_error_number_means_one_fault(int error, SerialPortFault fault)
    {
        Assert.Equal(fault, LinuxError.ToFault(error));
        Assert.Equal(fault, LinuxAdvice.Refusal(Options, error).Fault);
    }

    [Fact]
    public void Not_found_lists_the_ports_there_are_and_prefers_stable_names() => Assert.Equal(
        "Serial port /dev/ttyUSB0 does not exist. Ports found: /dev/serial/by-id/usb-FTDI-port0, /dev/ttyUSB1. "
        + "Prefer a name under /dev/serial/by-id, it survives replugging the cable.",
        LinuxAdvice.NotFound("/dev/ttyUSB0", ["/dev/serial/by-id/usb-FTDI-port0", "/dev/ttyUSB1"]));

    [Fact]
    public void Not_found_without_any_port_asks_for_the_cable() => Assert.Equal(
        "Serial port /dev/ttyUSB0 does not exist. "
        + "No serial port was found: is the P1 cable plugged in (and, in a container, passed in with --device)?",
        LinuxAdvice.NotFound("/dev/ttyUSB0", []));

    [Fact]
    public void Permission_denied_names_the_group_of_the_device_and_the_user() => Assert.Equal(
        "No permission to open /dev/ttyUSB0. Run: sudo usermod -aG uucp pi - then log in again (a service: restart it).",
        LinuxAdvice.PermissionDenied("/dev/ttyUSB0", new FileGroup("uucp", MayReadAndWrite: true), "pi"));

    [Fact]
    public void Permission_denied_names_the_usual_group_where_the_real_one_is_unknown() => Assert.Contains(
        "usermod -aG dialout pi", LinuxAdvice.PermissionDenied("/dev/ttyUSB0", null, "pi"), StringComparison.Ordinal);

    [Theory]
    [InlineData("root", true)]
    [InlineData("0", true)]
    [InlineData("dialout", false)]
    public void Permission_denied_never_advises_a_group_that_is_too_strong_or_of_no_use(string group, bool mayReadAndWrite)
    {
        var text = LinuxAdvice.PermissionDenied("/dev/ttyS9", new FileGroup(group, mayReadAndWrite), "pi");

        Assert.Contains("sudo chgrp dialout /dev/ttyS9 && sudo chmod 660 /dev/ttyS9", text, StringComparison.Ordinal);
        Assert.DoesNotContain("usermod -aG root", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ban_by_the_system_points_to_the_container_and_the_service() => Assert.Equal(
        "The system forbids opening /dev/ttyUSB0. In a container pass the device in (--device /dev/ttyUSB0); "
        + "in a systemd service allow it (DeviceAllow=/dev/ttyUSB0 rw).",
        LinuxAdvice.Refusal(Options, LinuxError.OperationNotPermitted).Message);

    [Fact]
    public void Busy_names_the_holder() => Assert.Equal(
        "Serial port /dev/ttyUSB0 is in use by ser2net (process 812). Stop it first: only one program can read a P1 port.",
        LinuxAdvice.Busy("/dev/ttyUSB0", ["ser2net (process 812)"]));

    [Fact]
    public void Busy_says_how_to_find_a_holder_that_is_hidden() => Assert.Equal(
        "Serial port /dev/ttyUSB0 is in use by another program (sudo fuser -v /dev/ttyUSB0 names it). "
        + "Stop it first: only one program can read a P1 port.",
        LinuxAdvice.Busy("/dev/ttyUSB0", []));

    [Fact]
    public void A_port_without_a_device_behind_it_asks_for_the_cable() => Assert.Equal(
        "Nothing answers behind serial port /dev/ttyUSB0 (Input/output error, error 5). "
        + "Check that the P1 cable is plugged in, or choose another port.",
        LinuxAdvice.Refusal(Options, LinuxError.InputOutput).Message);

    [Fact]
    public void An_adapter_that_cannot_keep_the_speed_is_named_with_the_speed() => Assert.Equal(
        "The adapter behind /dev/ttyUSB0 cannot run at 12345 baud. Most meters use 115200, old Dutch ones 9600.",
        LinuxAdvice.Refusal(Options with { BaudRate = 12345 }, LinuxError.InvalidArgument).Message);

    [Fact]
    public void Any_other_error_carries_the_text_of_the_system() => Assert.Equal(
        "Serial port /dev/ttyUSB0 cannot be opened: Too many open files, error 24.",
        LinuxAdvice.Refusal(Options, 24).Message);

    [Theory]
    [InlineData(20, "dialout")]
    [InlineData(5, "tty")]
    [InlineData(2, "2")]
    public void The_name_of_a_group_is_found_by_its_number(uint number, string name) =>
        Assert.Equal(name, FileGroup.NameOf(number, ["root:x:0:", "tty:x:5:", "broken", "", "dialout:x:20:pi,openhab", "x:x:200:"]));
}
