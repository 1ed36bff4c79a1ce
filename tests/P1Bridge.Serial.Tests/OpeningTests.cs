using System.Globalization;
using P1Bridge.Serial.Linux;
using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests;

public class OpeningTests
{
    [Fact]
    public void A_port_that_does_not_exist_is_not_found_and_the_advice_names_its_path()
    {
        var refusal = Refusal(new SerialOptions { Path = "/dev/ttyUSB-none" });

        Assert.Equal(SerialPortFault.NotFound, refusal.Fault);
        Assert.Equal("/dev/ttyUSB-none", refusal.Path);
        Assert.Equal(LinuxAdvice.NotFound("/dev/ttyUSB-none", SerialPort.PortNames()), refusal.Message);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    public void Something_else_than_a_serial_port_is_refused(string path)
    {
        var refusal = Refusal(new SerialOptions { Path = path });

        Assert.Equal(SerialPortFault.NotSerial, refusal.Fault);
        Assert.StartsWith($"{path} is not a serial port.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_regular_file_is_not_a_serial_port_and_stays_as_it_is()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "kept");
            Assert.Equal(SerialPortFault.NotSerial, Refusal(new SerialOptions { Path = file }).Fault);
            Assert.Equal("kept", File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_port_of_a_group_the_user_is_not_in_is_refused_naming_the_group()
    {
        // Closed for its owner, open for its group: only root's powers would get past, and the probe has none.
        using var terminal = await VirtualPort.StartAsync(permissions: "0060");
        if (Environment.IsPrivilegedProcess) await ChildProcess.OutputOfAsync("chgrp", "dialout", terminal.Device);
        var group = await ChildProcess.OutputOfAsync("stat", "-L", "-c", "%G", terminal.Path);

        using var probe = ChildProcess.StartPowerlessProbe("hold", terminal.Path);

        Assert.Equal(
            $"PermissionDenied|No permission to open {terminal.Path}. Run: sudo usermod -aG {group} {Environment.UserName} "
            + "- then log in again (a service: restart it).",
            await probe.ReadLineAsync());
    }

    [Fact]
    public async Task A_port_that_another_program_holds_is_busy_and_the_program_is_named()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var holder = ChildProcess.StartProbe("hold", terminal.Path);
        Assert.Equal("open", await holder.ReadLineAsync());

        var refusal = Refusal(terminal.Options);

        Assert.Equal(SerialPortFault.Busy, refusal.Fault);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"dotnet (process {holder.Id})"), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this program itself", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_this_program_holds_is_busy_too_and_goes_on_reading()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        var refusal = Refusal(terminal.Options);
        await terminal.SendAsync("1");

        Assert.Equal(SerialPortFault.Busy, refusal.Fault);
        Assert.Contains("this program itself", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", await port.ReceiveTextAsync(1));
    }

    [Fact]
    public async Task A_pseudo_terminal_can_be_opened_again_after_the_program_that_had_it_was_killed()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var killed = ChildProcess.StartPowerlessProbe("hold", terminal.Path);
        Assert.Equal("open", await killed.ReadLineAsync());

        await killed.EndAsync("KILL");
        using var next = ChildProcess.StartPowerlessProbe("hold", terminal.Path);

        Assert.Equal("open", await next.ReadLineAsync());
    }

    [Fact]
    public async Task A_refused_second_opening_does_not_lift_the_lock_of_the_first()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        Refusal(terminal.Options);

        using var other = ChildProcess.StartPowerlessProbe("hold", terminal.Path);

        Assert.StartsWith("Busy|", await other.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_can_be_opened_by_another_program_at_once()
    {
        using var terminal = await VirtualPort.StartAsync();
        SerialPort.Open(terminal.Options).Dispose();

        using var other = ChildProcess.StartPowerlessProbe("hold", terminal.Path);

        Assert.Equal("open", await other.ReadLineAsync());
    }

    [Fact]
    public async Task A_port_without_request_lines_opens_with_and_without_raising_them()
    {
        using var terminal = await VirtualPort.StartAsync();
        foreach (var raise in new[] { true, false })
        {
            using var port = SerialPort.Open(terminal.Options with { RaiseRequestLines = raise });
            await terminal.SendAsync("1");
            Assert.Equal("1", await port.ReceiveTextAsync(1));
        }
    }

    [Theory]
    [InlineData("", 115200, SerialFormat.EightNone1)]
    [InlineData(" ", 115200, SerialFormat.EightNone1)]
    [InlineData("/dev/ttyUSB0", 0, SerialFormat.EightNone1)]
    [InlineData("/dev/ttyUSB0", -9600, SerialFormat.EightNone1)]
    [InlineData("/dev/ttyUSB0", 4_000_001, SerialFormat.EightNone1)]
    [InlineData("/dev/ttyUSB0", 115200, (SerialFormat)2)]
    public void Options_outside_their_limits_are_refused_before_anything_is_opened(string path, int baudRate, SerialFormat format) =>
        Assert.ThrowsAny<ArgumentException>(() => SerialPort.Open(new SerialOptions { Path = path, BaudRate = baudRate, Format = format }));

    [Fact]
    public async Task Opening_again_and_again_leaves_no_descriptor_and_no_thread_behind()
    {
        using var terminal = await VirtualPort.StartAsync();
        var before = LeftOvers(terminal.Device);

        // Refused openings count as well: a bridge tries for as long as the cable is out.
        for (var attempt = 0; attempt < 30; attempt++)
        {
            using var port = SerialPort.Open(terminal.Options);
            Refusal(terminal.Options with { BaudRate = 9600 });
            Refusal(new SerialOptions { Path = "/dev/null" });
        }

        // A thread that was joined is listed by the system for a moment longer.
        await Wait.UntilAsync(() => LeftOvers(terminal.Device) == before, Wait.Patience);
    }

    static (int Ports, int Events, int Threads) LeftOvers(string device)
    {
        var targets = Directory.GetFileSystemEntries("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget).ToList();
        var threads = Directory.GetDirectories("/proc/self/task").Select(NameOfThread);
        return (
            targets.Count(target => target == device),
            targets.Count(target => target == "anon_inode:[eventfd]"),
            threads.Count(name => name.StartsWith("serial", StringComparison.Ordinal)));
    }

    static string NameOfThread(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (IOException)
        {
            return ""; // ended since it was listed
        }
    }

    static SerialPortException Refusal(SerialOptions options) =>
        Assert.Throws<SerialPortException>(() => SerialPort.Open(options).Dispose());
}
