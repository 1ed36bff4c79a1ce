using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests;

public class UnplugTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Unplugging_ends_a_waiting_read_and_the_stream_stays_ended(string signal)
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        await terminal.SendAsync("1");
        await port.ReceiveAsync(1);
        var read = port.ReadAsync(new byte[8]).AsTask();

        await terminal.UnplugAsync(signal);

        Assert.Equal(0, await read.WaitAsync(Wait.Patience));
        Assert.Equal(0, await port.ReadAsync(new byte[8]));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_read_that_begins_after_unplugging_sees_the_end(string signal)
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        await terminal.UnplugAsync(signal);

        Assert.Equal(0, await port.ReadAsync(new byte[8]).AsTask().WaitAsync(Wait.Patience));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task The_port_is_not_found_while_unplugged_and_reads_again_when_it_is_back(string signal)
    {
        using var terminal = await VirtualPort.StartAsync();
        using (var before = SerialPort.Open(terminal.Options))
        {
            await terminal.UnplugAsync(signal);
            var gone = Assert.Throws<SerialPortException>(() => SerialPort.Open(terminal.Options));
            Assert.Equal(SerialPortFault.NotFound, gone.Fault);
        }

        await terminal.PlugInAgainAsync();
        using var after = SerialPort.Open(terminal.Options);
        await terminal.SendAsync("/FLU5");

        Assert.Equal("/FLU5", await after.ReceiveTextAsync(5));
    }
}
