using System.Globalization;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class NearestNameTests
{
    [Theory]
    [InlineData("prot", "port")]
    [InlineData("hsot", "host")]
    [InlineData("HOST", "host")]
    [InlineData("keepalive", "keep_alive")]
    [InlineData("hostname", "host")]
    [InlineData("pass", "password")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("elephant", null)]
    public void The_name_that_was_meant_is_found(string unknown, string? expected) =>
        Assert.Equal(expected, NearestName.Find(unknown, ["host", "port", "user", "password", "keep_alive", "a"]));

    [Fact]
    public void The_first_of_two_equally_near_names_wins() => Assert.Equal("abcd", NearestName.Find("abcx", ["abcd", "abce"]));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Edits_are_counted(string from, string to, int expected)
    {
        Assert.Equal(expected, NearestName.Distance(from, to));
        Assert.Equal(expected, NearestName.Distance(to, from));
    }
}

public class DurationTextTests
{
    [Theory]
    [InlineData("0s", "0")]
    [InlineData("500ms", "500")]
    [InlineData("1.5s", "1500")]
    [InlineData("10m", "600000")]
    [InlineData("24h", "86400000")]
    [InlineData("1d", "86400000")]
    [InlineData("999999999d", "86399999913600000")]
    public void A_duration_is_read(string text, string milliseconds)
    {
        // The longest one does not fit a TimeSpan; it must be refused, not wrap around.
        var isRead = DurationText.TryParse(text, out var duration);
        var expected = decimal.Parse(milliseconds, CultureInfo.InvariantCulture);
        Assert.Equal(expected <= (decimal)TimeSpan.MaxValue.TotalMilliseconds, isRead);
        if (isRead) Assert.Equal(expected, (decimal)duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1h30m")]
    [InlineData("1234567890s")]
    [InlineData("1.2345s")]
    [InlineData("٣s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("0s")]
    [InlineData("1500ms")]
    [InlineData("60s")]
    [InlineData("90s")]
    [InlineData("2m")]
    [InlineData("24h")]
    [InlineData("365d")]
    public void A_duration_is_written_as_people_say_it(string text)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(text, DurationText.Format(duration));
    }
}

public class SourceTextTests
{
    [Theory]
    [InlineData("/dev/ttyUSB0", "/dev/ttyUSB0")]
    [InlineData("serial:/tmp/pty", "/tmp/pty")]
    [InlineData("serial:COM3", "COM3")]
    [InlineData("COM12", "COM12")]
    [InlineData(@"\\.\COM12", @"\\.\COM12")]
    public void A_serial_port_is_read(string text, string device) => Assert.Equal(new SerialSourceOptions(device), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("tcp://ser2net_1:2001", "ser2net_1", 2001)]
    [InlineData("tcp://10.0.0.1:1", "10.0.0.1", 1)]
    [InlineData("tcp://[fe80::1]:65535", "fe80::1", 65535)]
    public void A_TCP_server_is_read(string text, string host, int port) => Assert.Equal(new TcpSourceOptions(host, port), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("mqtt:dsmr/raw", "dsmr/raw", null, null)]
    [InlineData("mqtt:/with blank/", "/with blank/", null, null)]
    [InlineData("mqtt://other.lan/p1/raw", "p1/raw", "other.lan", null)]
    [InlineData("mqtt://[::1]:1884//p1", "/p1", "::1", 1884)]
    public void A_topic_is_read(string text, string topic, string? host, int? port) => Assert.Equal(new MqttSourceOptions(topic, host, port), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("http://10.0.0.5", "http://10.0.0.5/api/v1/telegram")]
    [InlineData("https://p1meter.lan/", "https://p1meter.lan/api/telegram")]
    [InlineData("http://gateway:8080/p1?raw=1", "http://gateway:8080/p1?raw=1")]
    [InlineData("http://[::1]:81", "http://[::1]:81/api/v1/telegram")]
    public void A_web_address_is_read_and_completed(string text, string address) => Assert.Equal(new HttpSourceOptions(new Uri(address)), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("file:/var/p1.txt", "/var/p1.txt")]
    [InlineData("file:///var/p1.txt", "/var/p1.txt")]
    [InlineData("file:p1.txt", "p1.txt")]
    public void A_recording_is_read(string text, string path) => Assert.Equal(new FileSourceOptions(path), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("replay:/var/p1.p1rec", "/var/p1.p1rec", "1", false)]
    [InlineData("replay:///var/p1.p1rec", "/var/p1.p1rec", "1", false)]
    [InlineData("replay:p1.p1rec,speed=10", "p1.p1rec", "10", false)]
    [InlineData("replay:/a,b/c,d.p1rec, loop ,speed=0.5", "/a,b/c,d.p1rec", "0.5", true)]
    [InlineData("replay:/a.p1rec,loop,speed=max", "/a.p1rec", "max", true)]
    public void A_replay_is_read(string text, string path, string speed, bool loop) =>
        Assert.Equal(new ReplaySourceOptions(path, speed == "max" ? null : decimal.Parse(speed, CultureInfo.InvariantCulture), loop), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("simulator", 1, "1")]
    [InlineData("simulator:seed=7", 7, "1")]
    [InlineData("simulator:seed=7,speed=0.5", 7, "0.5")]
    [InlineData("simulator:speed=60, seed=0", 0, "60")]
    [InlineData("simulator:profile=3-phase", 1, "1")]
    [InlineData("simulator:profile=dsmr-2.2,seed=4", 4, "1", "dsmr-2.2")]
    public void A_simulator_is_read(string text, int seed, string speed, string profile = "3-phase") =>
        Assert.Equal(new SimulatorSourceOptions(seed, decimal.Parse(speed, CultureInfo.InvariantCulture), profile), SourceText.Parse(text, out _));

    [Theory]
    [InlineData("", null)]
    [InlineData(" /dev/ttyUSB0", null)]
    [InlineData("p1", null)]
    [InlineData("tty", null)]
    [InlineData("ttyUSB0", "did you mean '/dev/ttyUSB0'?")]
    [InlineData("dev/ttyACM1", "did you mean '/dev/ttyACM1'?")]
    [InlineData("/ttyAMA0", "did you mean '/dev/ttyAMA0'?")]
    [InlineData("serial:ttyUSB0", "did you mean '/dev/ttyUSB0'?")]
    [InlineData("serial/by-id/usb-FTDI-if00-port0", "did you mean '/dev/serial/by-id/usb-FTDI-if00-port0'?")]
    [InlineData("usb-FTDI_A12345-if00-port0", "did you mean '/dev/serial/by-id/usb-FTDI_A12345-if00-port0'?")]
    [InlineData("mqtt:", "the topic is missing behind mqtt:")]
    [InlineData("mqtt://host", "the topic is missing: mqtt://host/topic")]
    [InlineData("mqtt://host/", "the topic is missing behind mqtt:")]
    [InlineData("mqtt://me:secret@host/p1", "user and password are broker.user and broker.password of this meter")]
    [InlineData("mqtt://::1:99/p1", "an IPv6 address stands in brackets: mqtt://[::1]:2000/topic")]
    [InlineData("mqtts://host/p1", "write mqtt:// and set broker.tls.enabled of this meter")]
    [InlineData("mqtt:p1/#", "one topic, without + and #: the telegrams of two meters would be mixed")]
    [InlineData("mqtt:$SYS/p1", "that is no name of a topic")]
    [InlineData("http://", "that is no web address")]
    [InlineData("https://me:secret@host", "user names and passwords are not used here; a token is http.token")]
    [InlineData("simulator:profile=3-phas", "there is no profile '3-phas'; did you mean '3-phase'?")]
    [InlineData("simulator:profile=x", "the profiles are 3-phase, 1-phase, 3x230v, heat, emucs-2.1, dsmr-2.2, luxembourg")]
    [InlineData("/home/me/p1.txt", "write serial: before the path of a device, file: or replay: before the path of a recording")]
    [InlineData("replay:", "the path is missing behind replay:")]
    [InlineData("replay:/a,speed=0", "speed is a number from 0.01 to 100000 or max")]
    [InlineData("replay:/a,loop=1", "loop has no value")]
    [InlineData("replay:/a,sped=1", "a replay does not know 'sped'; did you mean 'speed'?")]
    [InlineData("replay:/a,x", "a replay knows speed and loop")]
    [InlineData("serial:", "the device is missing behind serial:")]
    [InlineData("file:", "the path is missing behind file:")]
    [InlineData("tcp://host", "the port is missing: tcp://host:port")]
    [InlineData("tcp://host:0", "the port is a number from 1 to 65535")]
    [InlineData("tcp://host:65536", "the port is a number from 1 to 65535")]
    [InlineData("tcp://:1", "that is no host name or address")]
    [InlineData("tcp://::1:99", "an IPv6 address stands in brackets: tcp://[::1]:2000")]
    [InlineData("tcp://me@host:1", "user names and passwords are not used here")]
    [InlineData("simulator:", "the simulator knows seed, speed and profile")]
    [InlineData("simulator:sede=1", "the simulator does not know 'sede'; did you mean 'seed'?")]
    [InlineData("simulator:seed=-1", "seed is a whole number from 0")]
    [InlineData("simulator:speed=0", "speed is a number from 0.01 to 100000")]
    public void What_is_no_source_is_refused_with_a_hint(string text, string? expected)
    {
        Assert.Null(SourceText.Parse(text, out var hint));
        Assert.Equal(expected, hint);
    }

    [Theory]
    [InlineData("/dev/ttyUSB0")]
    [InlineData("tcp://host:1")]
    [InlineData("tcp://[::1]:1")]
    [InlineData("file:/p1.txt")]
    [InlineData("replay:/p1.p1rec")]
    [InlineData("replay:/p1.p1rec,speed=2.5,loop")]
    [InlineData("replay:/p1.p1rec,speed=max")]
    [InlineData("simulator:seed=7,speed=60")]
    [InlineData("simulator:seed=7,speed=60,profile=heat")]
    [InlineData("mqtt:p1/raw")]
    [InlineData("mqtt://host/p1/raw")]
    [InlineData("mqtt://[::1]:1884/p1")]
    [InlineData("http://host:8080/p1?raw=1")]
    [InlineData("https://host/api/telegram")]
    public void A_source_prints_as_it_is_written(string text) => Assert.Equal(text, SourceText.Parse(text, out _)?.ToString());
}

public class ServeOptionsTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:2000", "127.0.0.1", 2000, false)]
    [InlineData("tcp://localhost:2000", "127.0.0.1", 2000, false)]
    [InlineData("tcp://[::1]:2000", "::1", 2000, false)]
    [InlineData("tcp://0.0.0.0:65535", "0.0.0.0", 65535, true)]
    public void An_address_is_read(string text, string address, int port, bool isOpen)
    {
        var serve = ServeOptions.Parse(text, out _)!;
        Assert.Equal((address, port, isOpen), (serve.Address, serve.Port, serve.IsOpenToOthers));
    }

    [Theory]
    [InlineData("2000", null)]
    [InlineData("udp://127.0.0.1:2000", null)]
    [InlineData("tcp://127.0.0.1", "the port is a number from 1 to 65535")]
    [InlineData("tcp://127.0.0.1:0", "the port is a number from 1 to 65535")]
    [InlineData("tcp://::1:2000", "an IPv6 address stands in brackets: tcp://[::1]:2000")]
    [InlineData("tcp://raspberry:2000", "expected an address of this machine: 127.0.0.1 for programs on it, 0.0.0.0 for all machines around")]
    public void What_is_no_address_is_refused_with_a_hint(string text, string? expected)
    {
        Assert.Null(ServeOptions.Parse(text, out var hint));
        Assert.Equal(expected, hint);
    }

    [Fact]
    public void Two_meters_on_one_port_are_refused() => Assert.Contains(
        "meters[1].serve: meters[0] serves on port 2000 already; choose another one",
        Some.Message("""
            meters:
              - source: simulator
                serve: tcp://127.0.0.1:2000
              - source: simulator
                name: garage
                serve: tcp://0.0.0.0:2000
            mqtt: {host: broker.lan}
            """), StringComparison.Ordinal);

    [Fact]
    public void Who_opens_it_to_other_machines_is_warned() => Assert.Contains(
        Some.Loaded(Some.Minimal, null, "meters.0.serve=tcp://0.0.0.0:2000").Warnings, static warning => warning.Contains("can read the meter", StringComparison.Ordinal));
}

public class StateDirectoryTests
{
    [Theory]
    [InlineData("STATE_DIRECTORY=/var/lib/a:/var/lib/b HOME=/root", "Linux", true, "/var/lib/a")]
    [InlineData("HOME=/root", "Linux", true, "/var/lib/p1bridge")]
    [InlineData("HOME=/home/me", "Linux", false, "/home/me/.local/state/p1bridge")]
    [InlineData("HOME=/home/me XDG_STATE_HOME=/state/", "Linux", false, "/state/p1bridge")]
    [InlineData("PATH=/bin", "Linux", false, "/var/lib/p1bridge")]
    [InlineData("HOME=/Users/me", "MacOs", true, "/Users/me/Library/Application Support/p1bridge")]
    [InlineData(@"LOCALAPPDATA=C:\Users\me\AppData\Local", "Windows", true, @"C:\Users\me\AppData\Local\P1Bridge")]
    [InlineData(@"STATE_DIRECTORY=D:\state", "Windows", false, @"D:\state")]
    public void State_goes_where_the_system_expects_it(string environment, string system, bool isRoot, string expected)
    {
        var variables = environment.Split(' ').Select(a => a.Split('=')).ToDictionary(a => a[0], a => a[1]);
        Assert.Equal(expected, StateDirectory.Default(variables, Enum.Parse<SystemKind>(system), isRoot));
    }
}
