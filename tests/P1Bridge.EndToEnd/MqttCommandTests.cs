using System.Text;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary><c>p1bridge mqtt pub|sub</c>, byte by byte: nothing is sent that was not asked for.</summary>
public sealed class MqttCommandTests : IAsyncDisposable
{
    const string Plain311 = "100C00044D515454" + "04" + "02" + "003C" + "0000";
    const string Plain5 = "100D00044D515454" + "05" + "02" + "003C" + "00" + "0000";
    const string Goodbye = "E000";
    readonly RecordingBroker _broker = new();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_message_of_quality_0_costs_CONNECT_PUBLISH_and_DISCONNECT_in_their_shortest_forms()
    {
        await PublishAsync(0, "-t", "a/b", "-m", "42");

        Assert.Equal([Plain311, "3007" + "0003612F62" + "3432", Goodbye], _broker.Packets);
    }

    [Fact]
    public async Task Version_5_adds_its_empty_property_lengths_and_nothing_else()
    {
        await PublishAsync(0, "-V", "5", "-t", "a/b", "-q", "1", "-r", "-m", "42");

        Assert.Equal([Plain5, "330A" + "0003612F62" + "0001" + "00" + "3432", Goodbye], _broker.Packets);
    }

    [Theory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Quality_2_takes_PUBREL_in_four_bytes(string version)
    {
        await PublishAsync(0, "-V", version, "-t", "a", "-q", "2", "-n");

        Assert.Equal(version == "5" ? "3406" + "000161" + "0001" + "00" : "3405" + "000161" + "0001", _broker.Packets[1]);
        Assert.Equal(["62020001", Goodbye], _broker.Packets.Skip(2));
    }

    [Theory]
    [InlineData("-i me -k 10", "1011" + "00044D515454" + "04" + "02" + "000A" + "00026D65" + "")]
    [InlineData("-i me -c", "100E" + "00044D515454" + "04" + "00" + "003C" + "00026D65")]
    [InlineData("-V 5 -i me -c", "100F" + "00044D515454" + "05" + "00" + "003C" + "00" + "00026D65")]
    [InlineData("-V 5 -i me -c -x 3600 --receive-maximum 20", "1017" + "00044D515454" + "05" + "00" + "003C" + "08" + "1100000E10" + "210014" + "00026D65")]
    [InlineData("-u name -P word", "1018" + "00044D515454" + "04" + "C2" + "003C" + "0000" + "00046E616D65" + "0004776F7264")]
    [InlineData("-V 5 -P word", "1013" + "00044D515454" + "05" + "42" + "003C" + "00" + "0000" + "0004776F7264")]
    [InlineData("--will-topic w --will-payload gone --will-qos 1 --will-retain", "1015" + "00044D515454" + "04" + "2E" + "003C" + "0000" + "000177" + "0004676F6E65")]
    [InlineData("-V 5 --will-topic w -D will will-delay-interval 5", "1018" + "00044D515454" + "05" + "06" + "003C" + "00" + "0000" + "05" + "1800000005" + "000177" + "0000")]
    [InlineData("-V 5 --will-topic w -D will user-property a b -D will user-property c d", "1021" + "00044D515454" + "05" + "06" + "003C" + "00" + "0000" + "0E" + "26000161000162" + "26000163000164" + "000177" + "0000")]
    [InlineData("-V 5 -D connect user-property a b -D connect topic-alias-maximum 7", "1017" + "00044D515454" + "05" + "02" + "003C" + "0A" + "220007" + "26000161000162" + "0000")]
    public async Task CONNECT_says_what_the_options_say(string options, string connect)
    {
        await PublishAsync(0, [.. options.Split(' '), "-t", "a", "-n"]);

        // The length is the packet's own; what counts is behind it.
        Assert.Equal(connect[4..], _broker.Packets[0][4..]);
    }

    [Theory]
    [InlineData("-i me -x 60 -D disconnect session-expiry-interval 0", "E007" + "00" + "05" + "1100000000")]
    [InlineData("-i me -x 60 -D disconnect session-expiry-interval 4294967295 -D disconnect user-property a b -D disconnect user-property a c", "E015" + "00" + "13" + "11FFFFFFFF" + "26000161000162" + "26000161000163")]
    public async Task DISCONNECT_says_what_the_options_say(string options, string disconnect)
    {
        await PublishAsync(0, ["-V", "5", .. options.Split(' '), "-t", "a", "-n"]);

        Assert.Equal(disconnect, _broker.Packets[^1]);
    }

    [Fact]
    public async Task Properties_of_a_message_are_sent_in_the_order_of_the_standard()
    {
        await PublishAsync(0, "-V", "5", "-t", "a", "-m", "x", "-D", "publish", "content-type", "t", "-D", "publish", "user-property", "n", "v", "-D", "publish", "message-expiry-interval", "9");

        Assert.Equal("3015" + "000161" + "10" + "0200000009" + "03000174" + "2600016E000176" + "78", _broker.Packets[1]);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("@home")]
    [InlineData("-r")]
    [InlineData("a=b:c")]
    [InlineData("")]
    public async Task Whatever_stands_behind_the_option_is_the_message(string message)
    {
        await PublishAsync(0, "-t", "a", "-m", message);

        Assert.Equal($"30{3 + message.Length:X2}000161{Convert.ToHexString(Encoding.UTF8.GetBytes(message))}", _broker.Packets[1]);
    }

    [Fact]
    public async Task Each_line_of_standard_input_is_a_message_and_identifiers_count_from_1()
    {
        await using var client = BuiltProgram.Start(["mqtt", "pub", .. _broker.Options, "-t", "a", "-q", "1", "-l"]);
        await client.Input.WriteAsync("one\n\nthree"u8.ToArray());
        client.Input.Close();

        Assert.True(await client.ExitAsync() == 0, client.Story);
        Assert.Equal(["3208" + "000161" + "0001" + "6F6E65", "3205" + "000161" + "0002", "320A" + "000161" + "0003" + "7468726565", Goodbye], _broker.Packets.Skip(1));
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_and_what_was_under_way_is_sent_again()
    {
        _broker.Drops = 1;
        await PublishAsync(0, "-t", "a", "-q", "1", "-m", "x");

        Assert.Equal(2, _broker.Packets.Count(static packet => packet == Plain311));
        Assert.Equal("3206" + "000161" + "0001" + "78", _broker.Packets[^2]);
    }

    [Fact]
    public async Task Without_reconnecting_a_lost_connection_is_a_failure()
    {
        _broker.Drops = 1;

        Assert.Contains("ended", await PublishAsync(1, "-t", "a", "-q", "1", "-m", "x", "--no-reconnect"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packets_are_shown_on_standard_error_without_password()
    {
        var shown = await PublishAsync(0, "-t", "a", "-q", "1", "-m", "payload", "-u", "me", "-P", "very-secret", "-d");

        Assert.Equal(
            ["sent     CONNECT '', clean, keep alive 60 s", "received CONNACK Success", "sent     PUBLISH 1 'a', QoS 1, 7 bytes", "received PUBACK 1", "sent     DISCONNECT Success"],
            shown.Split('\n'));
    }

    [Theory]
    [InlineData("pub -t a", "-m TEXT")]
    [InlineData("pub -t a/# -n", "'a/#' is no topic to publish to")]
    [InlineData("pub -t a -n -q 3", "-q is a whole number from 0 to 2")]
    [InlineData("pub -t a -n -V 4", "-V takes 311 or 5")]
    [InlineData("pub -t a -n -x 5", "-x exists in MQTT 5 only")]
    [InlineData("pub -t a -n -D publish content-type x", "-D exists in MQTT 5 only")]
    [InlineData("pub -t a -n -c", "-c needs a client identifier")]
    [InlineData("pub -t a -n -P word", "-P needs a user name")]
    [InlineData("pub -t a -n -V 5 -D publish kontent-type x", "Did you mean 'content-type'?")]
    [InlineData("pub -t a -n -V 5 -D disconnect session-expiry-interval 1", "can be above 0 only with -x above 0")]
    [InlineData("pub -t a -n -V 5 -D connect receive-maximum 0", "a whole number from 1 to 65535")]
    [InlineData("pub -t a -n -h broker.lan:1884", "-h broker.lan -p 1884. Try 'p1bridge mqtt pub --help'")]
    [InlineData("pub -t a -n -h [::1]:1884", "-h ::1 -p 1884")]
    [InlineData("pub -t a -n -h mqtts://broker.lan", "-h takes a name or an address alone")]
    [InlineData("pub -t a -n -h mqtt://me:word@broker.lan", "not a text with '@'")]
    [InlineData("pub -t a -n -h me:word@broker.lan", "the login is -u")]
    [InlineData("pub -t a -n -V", "Try 'p1bridge mqtt pub --help'")]
    [InlineData("sbu", "Did you mean 'sub'?")]
    [InlineData("sub -t a/#/b", "# must be the whole last level")]
    [InlineData("sub", "--topic")]
    [InlineData("sub -t a -C 0", "-C is a whole number from 1")]
    public async Task Wrong_usage_is_one_line_and_code_2(string words, string text)
    {
        var (code, output, errors) = await BuiltProgram.RunAsync(["mqtt", .. words.Split(' ')]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(text, Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("word", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_each_short_option_once()
    {
        var (_, help, _) = await BuiltProgram.RunAsync("mqtt", "sub", "--help");
        var (code, groupHelp, _) = await BuiltProgram.RunAsync("mqtt", "-h");

        Assert.Single(help.Split('\n'), static line => line.Contains("-h,", StringComparison.Ordinal));
        Assert.Contains("--help", help, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains("sub", groupHelp, StringComparison.Ordinal);
    }

    async Task<string> PublishAsync(int expected, params string[] options)
    {
        var (code, output, errors) = await BuiltProgram.RunAsync(["mqtt", "pub", .. _broker.Options, .. options]);
        Assert.True(code == expected, $"Code {code}: {errors}");
        Assert.Equal("", output);
        return errors;
    }
}
