using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary><c>p1bridge mqtt sub</c> against a broker that writes down each byte.</summary>
public sealed class MqttSubscribeTests
{
    /// <summary>QoS 1, topic a/b, identifier 7, payload "hi"; then a QoS 0 message without payload, then one with bytes that are no text.</summary>
    static readonly byte[] Messages311 = [0x32, 9, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0, 7, (byte)'h', (byte)'i', 0x30, 3, 0, 1, (byte)'c', 0x30, 5, 0, 1, (byte)'d', 0xFF, 0xFE];

    static readonly byte[] Message5 = [0x32, 10, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0, 7, 0, (byte)'h', (byte)'i'];

    [Theory]
    [InlineData("311", "8208" + "0001" + "0003612F23" + "01")]
    [InlineData("5", "8209" + "0001" + "00" + "0003612F23" + "01")]
    public async Task SUBSCRIBE_and_PUBACK_are_the_shortest_there_are(string version, string subscribe)
    {
        await using var broker = new RecordingBroker { AfterSuback = version == "5" ? Message5 : Messages311[..11] };

        var (code, output, errors) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-V", version, "-t", "a/#", "-q", "1", "-C", "1"]);

        Assert.Equal((0, "hi", ""), (code, output, errors));
        Assert.Equal([subscribe, "40020007", "E000"], broker.Packets.Skip(1));
    }

    [Fact]
    public async Task Several_filters_go_in_one_packet_with_their_number_and_properties()
    {
        await using var broker = new RecordingBroker();

        await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-V", "5", "-t", "a", "-t", "b/+", "-E", "-D", "subscribe", "subscription-identifier", "200", "-D", "subscribe", "user-property", "n", "v"]);

        Assert.Equal("8217" + "0001" + "0A" + "0BC801" + "2600016E000176" + "00016100" + "0003622F2B00", broker.Packets[1]);
    }

    [Fact]
    public async Task With_topics_an_empty_message_is_called_so_and_bytes_come_as_they_are()
    {
        await using var broker = new RecordingBroker { AfterSuback = Messages311 };

        var (code, bytes) = await RunAsync(["mqtt", "sub", .. broker.Options, "-t", "#", "-q", "1", "-v", "-C", "3"]);

        Assert.Equal(0, code);
        Assert.Equal([.. "a/b hi\nc (null)\nd "u8, 0xFF, 0xFE, (byte)'\n'], bytes);
    }

    [Fact]
    public async Task Without_topics_an_empty_message_counts_and_is_not_printed()
    {
        await using var broker = new RecordingBroker { AfterSuback = Messages311 };

        var (code, output, _) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-t", "#", "-q", "1", "-C", "2"]);

        Assert.Equal((0, "hi"), (code, output));
    }

    [Fact]
    public async Task A_message_of_megabytes_is_printed_as_any_other()
    {
        // 2 MiB and three bytes of topic; the length in four bytes (MQTT 3.1.1 section 2.2.3).
        byte[] large = [0x30, 0x83, 0x80, 0x80, 0x01, 0, 1, (byte)'a', .. Enumerable.Repeat((byte)'x', 2 * 1024 * 1024)];
        await using var broker = new RecordingBroker { AfterSuback = large };

        var (code, output, errors) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-V", "311", "-t", "a", "-C", "1"]);

        Assert.Equal((0, 2 * 1024 * 1024, ""), (code, output.Length, errors));
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("INT", 130)]
    public async Task A_signal_ends_it_in_order(string signal, int expected)
    {
        await using var broker = new RecordingBroker();
        await using var client = BuiltProgram.Start(["mqtt", "sub", .. broker.Options, "-t", "#"]);
        await broker.SeesAsync("82");

        Assert.Equal(expected, await client.EndAsync(signal));
        Assert.Equal("E000", broker.Packets[^1]);
    }

    [Fact]
    public async Task It_ends_when_the_broker_has_answered_if_that_is_all_that_is_wanted()
    {
        await using var broker = new RecordingBroker();

        var (code, output, _) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-t", "#", "-E"]);

        Assert.Equal((0, ""), (code, output));
    }

    [Theory]
    [InlineData("-W 1", 0)]
    [InlineData("-W 1 -C 1", 1)]
    public async Task Time_that_is_up_is_a_failure_only_for_who_waits_for_messages(string options, int expected)
    {
        await using var broker = new RecordingBroker();

        var (code, _, _) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-t", "#", .. options.Split(' ')]);

        Assert.Equal(expected, code);
        Assert.Equal("E000", broker.Packets[^1]);
    }

    [Fact]
    public async Task It_falls_back_to_the_older_version_and_says_so()
    {
        await using var broker = new RecordingBroker { IsOld = true, AfterSuback = Messages311[..11] };

        var (code, output, errors) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-V", "5", "-t", "#", "-q", "1", "-C", "1"]);

        Assert.Equal((0, "hi"), (code, output));
        Assert.Contains("does not speak MQTT 5", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_lost_connection_it_subscribes_again()
    {
        await using var broker = new RecordingBroker { Drops = 1, AfterSuback = Messages311[..11] };

        var (code, output, _) = await BuiltProgram.RunAsync(["mqtt", "sub", .. broker.Options, "-t", "#", "-q", "1", "-C", "1"]);

        Assert.Equal((0, "hi"), (code, output));
    }

    [Fact]
    public async Task Without_broker_it_says_what_to_look_at()
    {
        var (code, _, errors) = await BuiltProgram.RunAsync(["mqtt", "sub", "-h", "127.0.0.1", "-p", $"{Broker.FreePort()}", "-t", "#"]);

        Assert.Equal(1, code);
        Assert.Contains("Is the broker running", errors, StringComparison.Ordinal);
    }

    static async Task<(int Code, byte[] Output)> RunAsync(IEnumerable<string> arguments)
    {
        var words = BuiltProgram.Words;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(words[0], [.. words.Skip(1), .. arguments]) { RedirectStandardOutput = true })!;
        var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes);
        await process.WaitForExitAsync();
        return (process.ExitCode, bytes.ToArray());
    }
}
