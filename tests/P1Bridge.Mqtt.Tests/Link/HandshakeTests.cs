using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>CONNECT, CONNACK and what they agree about, in both versions.</summary>
public class HandshakeTests
{
    static async Task<MqttException> FailureAsync(Linked linked, params byte[] answer)
    {
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(answer);
        return await Assert.ThrowsAsync<MqttException>(() => connecting.Soon());
    }

    [Theory(DisplayName = "[MQTT-3.1.0-1] [MQTT5-3.1.0-1] CONNECT comes first, and nothing else before CONNACK")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Connect_comes_first(MqttProtocolVersion version)
    {
        await using var linked = new Linked(version);
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.AcceptAsync();
        Assert.Equal(1, (await peer.ReadAsync()).Type);
        var next = peer.ReadAsync();
        await Assert.ThrowsAsync<MqttException>(() => linked.Publish("t", 0));
        Assert.False(linked.Client.TryPublish(MqttMessage.Text("t", "x")));
        Assert.False(next.IsCompleted);
        await peer.WriteAsync(Connack(version));
        await connecting.Soon();
        await linked.Publish("t", 0);
        Assert.Equal(3, (await next).Type);
    }

    [Theory(DisplayName = "[MQTT-3.1.0-2] [MQTT5-3.1.0-2] CONNECT is sent once on a connection: connecting again needs a new one")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Connect_comes_once(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await Assert.ThrowsAsync<InvalidOperationException>(() => linked.Client.ConnectAsync(linked.Options));
        await linked.Publish("t", 0);
        await linked.ReadPublishAsync("t");
    }

    [Theory(DisplayName = "[MQTT-3.2.0-1] [MQTT5-3.2.0-1] A first packet that is no CONNACK ends the attempt")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task No_connack(MqttProtocolVersion version)
    {
        foreach (var answer in new[] { [0xD0, 0], Publish(version, "a", "x"), Acknowledgement(4, 1), [0x20, 2, 9, 0], "HTTP/1.1 400 Bad Request"u8.ToArray() })
        {
            await using var linked = new Linked(version);
            linked.Options = linked.Options with { MaximumPacketSize = 64 };
            Assert.Equal(MqttFailure.Protocol, (await FailureAsync(linked, answer)).Failure);
        }
    }

    [Fact(DisplayName = "[MQTT5-3.2.0-2] A second CONNACK is a protocol error")]
    public async Task A_second_connack()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(Connack(V5));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
    }

    [Fact(DisplayName = "[MQTT5-3.1.2-30] [MQTT5-4.12.0-3] [MQTT5-4.12.0-5] No authentication method is ever named, so an AUTH before CONNACK ends the attempt")]
    public async Task Auth_before_connack()
    {
        await using var linked = new Linked(V5);
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.AcceptAsync();
        Assert.Equal(0, (await peer.ReadAsync()).Body[10]); // The length of no properties.
        await peer.WriteAsync(0xF0, 2, 0x18, 0);
        await peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
        Assert.Equal(MqttFailure.Protocol, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
        await using var other = new Linked(V5);
        Assert.Equal(MqttReasonCode.ProtocolError, (await FailureAsync(other, Connack(V5, properties: [0x15, 0, 1, 97]))).ReasonCode);
    }

    [Fact(DisplayName = "[MQTT5-4.12.0-7] AUTH on a connection is answered by DISCONNECT 0x82, never by AUTH")]
    public async Task Auth_later()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(0xF0, 0);
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
        Assert.Equal(MqttFailure.Protocol, (await linked.Closed).Failure);
    }

    [Theory]
    [InlineData(0x80, false)]
    [InlineData(0x84, true)]
    [InlineData(0x85, true)]
    [InlineData(0x86, true)]
    [InlineData(0x87, true)]
    [InlineData(0x88, false)]
    [InlineData(0x89, false)]
    [InlineData(0x8A, true)]
    [InlineData(0x8C, true)]
    [InlineData(0x95, true)]
    [InlineData(0x97, false)]
    [InlineData(0x9A, true)]
    [InlineData(0x9B, true)]
    [InlineData(0x9C, false)]
    [InlineData(0x9F, false)]
    [InlineData(0xFE, false)]
    public async Task Each_refusal_of_5_0_is_a_result_with_the_brokers_words(byte code, bool isConfigurationProblem)
    {
        await using var linked = new Linked(V5);
        linked.Options = linked.Options with { UserName = "u", Password = "hunter2" };
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(Connack(V5, false, code, [0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y', 0x1C, 0, 1, (byte)'s', 0x26, 0, 1, 97, 0, 1, 98]));
        var result = await connecting.Soon();
        Assert.Equal(((MqttReasonCode)code, false, isConfigurationProblem, "s"), (result.ReasonCode, result.Succeeded, result.IsConfigurationProblem, result.ServerReference));
        Assert.Contains("why", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", $"{result}", StringComparison.Ordinal);
        Assert.True(await peer.IsClosedAsync());
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-4] A session that is present although none is known here ends the attempt with DISCONNECT 0x82")]
    public async Task A_foreign_session()
    {
        await using var linked = new Linked(V5);
        linked.Options = Linked.Keeping(linked.Options);
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.WelcomeAsync(sessionPresent: true);
        Assert.Equal(0x02, peer.Connect.Body[7]); // Clean start: nothing is known here yet.
        await peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
        Assert.Equal(MqttFailure.Protocol, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
    }

    [Fact]
    public async Task A_session_present_after_a_clean_session_of_3_1_1_ends_the_attempt()
    {
        await using var linked = new Linked(V311);
        Assert.Equal(MqttFailure.Protocol, (await FailureAsync(linked, Connack(V311, sessionPresent: true))).Failure);
    }

    [Fact]
    public async Task The_mark_of_a_known_session_lets_a_new_process_resume_it()
    {
        await using var first = await Linked.ConnectKeepingAsync(V5);
        Assert.Equal((true, TimeSpan.FromSeconds(100)), (first.Result.KeepsSession, first.Result.SessionExpiry));
        await using var second = await Linked.ConnectAsync(V5, options => Linked.Keeping(options) with { SessionKnown = true }, sessionPresent: true);
        Assert.Equal(0x00, second.Peer.Connect.Body[7]);
        Assert.True(second.Result is { SessionPresent: true, KeepsSession: true });
    }

    [Fact]
    public async Task The_brokers_session_expiry_counts_instead_of_ours()
    {
        await using var shorter = await Linked.ConnectKeepingAsync(V5, 0x11, 0, 0, 0, 0);
        Assert.Equal((false, TimeSpan.Zero), (shorter.Result.KeepsSession, shorter.Result.SessionExpiry));
        Assert.False(shorter.Client.ResendsUnacknowledged);
        await using var endless = await Linked.ConnectKeepingAsync(V5, 0x11, 255, 255, 255, 255);
        Assert.Equal((true, TimeSpan.MaxValue), (endless.Result.KeepsSession, endless.Result.SessionExpiry));
    }

    [Fact(DisplayName = "[MQTT5-3.1.3-7] With an empty identifier the one that the broker assigns is used for the next connection")]
    public async Task An_assigned_identifier()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => Linked.Keeping(options) with { ClientId = "" }, false, 0x12, 0, 2, (byte)'a', (byte)'1');
        Assert.Equal([0, 0], linked.Peer.Connect.Body[^2..]);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        Assert.Equal(Text("a1"), linked.Peer.Connect.Body[^4..]);
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-16] The assigned identifier is told to the caller")]
    public async Task An_assigned_identifier_is_told()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { ClientId = "" }, false, 0x12, 0, 2, (byte)'a', (byte)'1');
        Assert.Equal("a1", linked.Result.ClientId);
        await using var given = await Linked.ConnectAsync(V5);
        Assert.Equal("fake", given.Result.ClientId);
    }

    [Fact(DisplayName = "[MQTT5-3.1.2-21] The broker's keep alive counts instead of ours")]
    public async Task Server_keep_alive()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { KeepAlive = TimeSpan.FromHours(1) }, false, 0x13, 0, 1);
        Assert.Equal(TimeSpan.FromSeconds(1), linked.Result.KeepAlive);
        Assert.Equal(12, (await linked.Peer.ReadAsync()).Type);
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-21] A keep alive of 0 from the broker turns it off; without one ours counts")]
    public async Task Server_keep_alive_off()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { KeepAlive = TimeSpan.FromSeconds(1) }, false, 0x13, 0, 0);
        Assert.Equal(TimeSpan.Zero, linked.Result.KeepAlive);
        var next = linked.Peer.ReadAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.2)); // A ping would be due by now: time itself is under test here.
        Assert.False(next.IsCompleted);
        await using var ours = await Linked.ConnectAsync(V5);
        Assert.Equal(TimeSpan.FromSeconds(60), ours.Result.KeepAlive);
        await linked.Client.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => next);
    }

    [Theory]
    [InlineData(0x84)]
    [InlineData(0x01)]
    public async Task Automatic_falls_back_to_3_1_1_when_5_0_is_refused_and_remembers_it(byte code)
    {
        await using var linked = new Linked(V311);
        linked.Options = linked.Options with { ProtocolVersion = MqttProtocolVersion.Automatic };
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var first = await linked.Broker.AcceptAsync();
        Assert.Equal(5, (await first.ReadAsync()).Body[6]);
        await first.WriteAsync(code == 1 ? Connack(V311, code: 1) : Connack(V5, code: code));
        using var second = await linked.Broker.WelcomeAsync();
        Assert.Equal(4, second.Connect.Body[6]);
        Assert.Equal(V311, (await connecting.Soon()).ProtocolVersion);
        await linked.Client.DisconnectAsync();
        await linked.ConnectAsync();
        Assert.Equal(4, linked.Peer.Connect.Body[6]);
    }

    [Theory]
    [InlineData(0, MqttReasonCode.Success)]
    [InlineData(5, MqttReasonCode.NotAuthorized)]
    public async Task Automatic_falls_back_when_5_0_is_answered_in_the_words_of_3_1_1(byte code, MqttReasonCode expected)
    {
        await using var linked = new Linked(V311);
        linked.Options = linked.Options with { ProtocolVersion = MqttProtocolVersion.Automatic };
        var connecting = linked.Client.ConnectAsync(linked.Options);
        foreach (var level in new[] { 5, 4 })
        {
            using var peer = await linked.Broker.AcceptAsync();
            Assert.Equal(level, (await peer.ReadAsync()).Body[6]);
            await peer.WriteAsync(Connack(V311, code: code));
            if (level == 4) Assert.Equal(expected, (await connecting.Soon()).ReasonCode);
        }
    }

    [Fact]
    public async Task Automatic_falls_back_when_the_broker_closes_without_a_word_but_does_not_remember_it_before_an_answer()
    {
        await using var linked = new Linked(V311);
        linked.Options = linked.Options with { ProtocolVersion = MqttProtocolVersion.Automatic };
        for (var i = 0; i < 2; i++)
        {
            var connecting = linked.Client.ConnectAsync(linked.Options);
            foreach (var level in new[] { 5, 4 })
            {
                using var peer = await linked.Broker.AcceptAsync();
                Assert.Equal(level, (await peer.ReadAsync()).Body[6]);
                if (i == 1 && level == 4) await peer.WriteAsync(Connack(V311));
                if (i == 1 && level == 4) Assert.True((await connecting.Soon()).Succeeded);
            }
            if (i == 0) Assert.Equal(MqttFailure.Network, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
        }
        await Eventually.True(() => !linked.Client.TryPublish(MqttMessage.Text("t", "x")));
        await linked.Client.DisconnectAsync();
        await linked.ConnectAsync();
        Assert.Equal(4, linked.Peer.Connect.Body[6]);
    }

    [Fact]
    public async Task A_broker_that_has_spoken_5_0_is_not_taken_for_an_older_one_when_it_closes_without_a_word()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { ProtocolVersion = MqttProtocolVersion.Automatic });
        await linked.DropAsync();
        var connecting = linked.Client.ConnectAsync(linked.Options);
        (await linked.Broker.AcceptAsync()).Dispose();
        Assert.Equal(MqttFailure.Network, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
        await linked.ConnectAsync();
        Assert.Equal(5, linked.Peer.Connect.Body[6]);
    }

    [Fact]
    public async Task Only_5_0_means_no_second_try()
    {
        await using var linked = new Linked(V5);
        var connecting = linked.Client.ConnectAsync(linked.Options);
        using var peer = await linked.Broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(Connack(V311, code: 1));
        var result = await connecting.Soon();
        Assert.Equal((MqttReasonCode.UnsupportedProtocolVersion, true), (result.ReasonCode, result.IsConfigurationProblem));
        Assert.Contains("5.0", result.Text, StringComparison.Ordinal);
    }
}
