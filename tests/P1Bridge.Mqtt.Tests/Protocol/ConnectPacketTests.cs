using P1Bridge.Mqtt.Protocol;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Protocol;

public class ConnectPacketTests
{
    const int Flags = 9;
    static readonly byte[] Name = [0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T'];

    static byte[] Connect(MqttProtocolVersion version, MqttClientOptions options) =>
        Written(version, new ConnectPacket(options, options.ClientId, options.CleanSession));

    static readonly MqttClientOptions Plain = new() { ClientId = "id" };

    static readonly MqttClientOptions Full = new()
    {
        ClientId = "id",
        KeepAlive = TimeSpan.FromSeconds(10),
        CleanSession = false,
        UserName = "u",
        Password = "épw",
        Will = MqttMessage.Text("w", "off", MqttQualityOfService.AtLeastOnce, retain: true),
    };

    [Fact(DisplayName = "[MQTT-3.1.2-3] [MQTT5-3.1.2-3] A bare CONNECT is name, level, clean start, keep alive, identifier and nothing else; the reserved flag is 0")]
    public void A_bare_connect()
    {
        Assert.Equal([0x10, 14, .. Name, 4, 0x02, 0, 60, 0, 2, (byte)'i', (byte)'d'], Connect(V311, Plain));
        Assert.Equal([0x10, 15, .. Name, 5, 0x02, 0, 60, 0, 0, 2, (byte)'i', (byte)'d'], Connect(V5, Plain));
        Assert.Equal(0, Connect(V311, Full)[Flags] & 1);
    }

    [Fact(DisplayName = "[MQTT-3.1.3-1] [MQTT5-3.1.3-1] The payload is identifier, will, user name and password, in this order")]
    public void Order_of_the_payload()
    {
        byte[] will = [.. Text("w"), .. Text("off")], user = [.. Text("u"), .. Text("épw")];
        Assert.Equal([0x10, 31, .. Name, 4, 0b1110_1100, 0, 10, .. Text("id"), .. will, .. user], Connect(V311, Full));
        Assert.Equal([0x10, 33, .. Name, 5, 0b1110_1100, 0, 10, 0, .. Text("id"), 0, .. will, .. user], Connect(V5, Full));
        Assert.Equal(
            [0x18, 0, 0, 0, 7, 0x01, 1, 0x03, .. Text("t")],
            Connect(V5, Full with { WillDelay = TimeSpan.FromSeconds(7), Will = Full.Will! with { PayloadIsText = true, ContentType = "t" } })[(2 + 6 + 5 + 4 + 1)..][..11]);
    }

    [Fact(DisplayName = "[MQTT-3.1.3-3] [MQTT5-3.1.3-3] The client identifier is there and first, also when it is empty")]
    public void The_identifier_is_first()
    {
        Assert.Equal([0, 0], Connect(V311, new MqttClientOptions())[^2..]);
        Assert.Equal([0, 0, 0], Connect(V5, new MqttClientOptions())[^3..]); // The first is the length of no properties.
    }

    [Fact(DisplayName = "[MQTT-3.1.3-4] [MQTT5-3.1.3-4] The client identifier is UTF-8")]
    public void The_identifier_is_UTF_8()
    {
        Assert.Equal(Text("zähler"), Connect(V311, Plain with { ClientId = "zähler" })[^9..]);
        Assert.Equal(Text("zähler"), Connect(V5, Plain with { ClientId = "zähler" })[^9..]);
        Assert.Throws<ArgumentException>((Plain with { ClientId = "\ud800" }).Validate);
    }

    [Fact(DisplayName = "[MQTT-3.1.3-5] [MQTT5-3.1.3-5] 23 letters and digits are taken as a client identifier, and so is what few brokers accept")]
    public void Identifiers_that_every_broker_takes()
    {
        (Plain with { ClientId = "0123456789abcdefghijklm" }).Validate();
        (Plain with { ClientId = new string('x', 65_535) }).Validate();
        Assert.Throws<ArgumentException>((Plain with { ClientId = new string('x', 65_536) }).Validate);
    }

    [Fact(DisplayName = "[MQTT-3.1.2-11] [MQTT5-3.1.2-11] Without a will its flags are 0 and its fields are missing")]
    public void No_will()
    {
        Assert.Equal(0, Connect(V311, Full with { Will = null })[Flags] & 0b0011_1100);
        Assert.Equal(0, Connect(V5, Full with { Will = null })[Flags] & 0b0011_1100);
        Assert.Equal([.. Text("id"), .. Text("u"), .. Text("épw")], Connect(V5, Full with { Will = null })[13..]);
    }

    [Fact(DisplayName = "[MQTT-3.1.2-13] Without a will its QoS is 0")]
    public void No_will_no_qos() => Assert.Equal(0, Connect(V311, Full with { Will = null })[Flags] & 0b0001_1000);

    [Fact(DisplayName = "[MQTT-3.1.2-15] [MQTT5-3.1.2-13] Without a will its retain flag is 0")]
    public void No_will_no_retain()
    {
        Assert.Equal(0, Connect(V311, Full with { Will = null })[Flags] & 0b0010_0000);
        Assert.Equal(0, Connect(V5, Full with { Will = null })[Flags] & 0b0010_0000);
    }

    [Fact(DisplayName = "[MQTT-3.1.2-14] [MQTT5-3.1.2-12] A will's QoS is 0, 1 or 2")]
    public void QoS_of_the_will()
    {
        for (var i = 0; i < 3; i++)
        {
            var options = Plain with { Will = MqttMessage.Text("w", "", (MqttQualityOfService)i) };
            Assert.Equal(0x06 | (i << 3), Connect(V5, options)[Flags]);
        }
        Assert.Throws<ArgumentException>((Plain with { Will = MqttMessage.Text("w", "", (MqttQualityOfService)3) }).Validate);
        Assert.Throws<ArgumentException>((Plain with { Will = MqttMessage.Text("w/#", "") }).Validate);
    }

    [Fact(DisplayName = "[MQTT-3.1.2-18] [MQTT5-3.1.2-16] Without a user name its flag is 0 and nothing stands for it")]
    public void No_user_name()
    {
        foreach (var version in new[] { V311, V5 })
        {
            var bytes = Connect(version, Plain);
            Assert.Equal(0, bytes[Flags] & 0x80);
            Assert.Equal(Text("id"), bytes[^4..]);
        }
    }

    [Fact(DisplayName = "[MQTT-3.1.2-19] [MQTT5-3.1.2-17] With a user name its flag is 1 and it is there")]
    public void A_user_name()
    {
        foreach (var version in new[] { V311, V5 })
        {
            var bytes = Connect(version, Plain with { UserName = "u" });
            Assert.Equal(0xC0 & 0x80, bytes[Flags] & 0xC0);
            Assert.Equal(Text("u"), bytes[^3..]);
        }
    }

    [Fact(DisplayName = "[MQTT-3.1.2-20] [MQTT5-3.1.2-18] Without a password its flag is 0 and nothing stands for it")]
    public void No_password()
    {
        foreach (var version in new[] { V311, V5 })
        {
            var bytes = Connect(version, Plain with { UserName = "u" });
            Assert.Equal(0, bytes[Flags] & 0x40);
            Assert.Equal([.. Text("id"), .. Text("u")], bytes[^7..]);
        }
    }

    [Fact(DisplayName = "[MQTT-3.1.2-21] [MQTT5-3.1.2-19] With a password its flag is 1 and it is there, also alone in 5.0")]
    public void A_password()
    {
        foreach (var version in new[] { V311, V5 })
        {
            var bytes = Connect(version, Plain with { UserName = "", Password = "p" });
            Assert.Equal(0xC0, bytes[Flags] & 0xC0);
            Assert.Equal([0, 0, .. Text("p")], bytes[^5..]);
        }
        var alone = Plain with { Password = "p", ProtocolVersion = V5 };
        alone.Validate();
        Assert.Equal((0x42, Convert.ToHexString([.. Text("id"), .. Text("p")])), (Connect(V5, alone)[Flags], Convert.ToHexString(Connect(V5, alone)[^7..])));
    }

    [Fact(DisplayName = "[MQTT-3.1.2-22] In 3.1.1 a password needs a user name")]
    public void A_password_alone()
    {
        Assert.Contains("Password", Assert.Throws<ArgumentException>((Plain with { Password = "secret" }).Validate).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>((Plain with { Password = "secret", ProtocolVersion = V311 }).Validate);
    }

    [Fact(DisplayName = "[MQTT-3.1.3-7] An empty client identifier needs a clean session in 3.1.1")]
    public void An_empty_client_identifier()
    {
        Assert.Contains("ClientId", Assert.Throws<ArgumentException>(new MqttClientOptions { CleanSession = false }.Validate).Message, StringComparison.Ordinal);
        new MqttClientOptions { CleanSession = false, ProtocolVersion = V5 }.Validate();
    }

    [Fact]
    public void Properties_are_sent_only_where_an_option_asks_for_them()
    {
        var options = Plain with
        {
            SessionExpiry = TimeSpan.FromSeconds(258),
            ReceiveMaximum = 20,
            MaximumPacketSize = 4096,
            TopicAliasMaximum = 5,
        };
        Assert.Equal(
            [16, 0x11, 0, 0, 1, 2, 0x21, 0, 20, 0x27, 0, 0, 16, 0, 0x22, 0, 5, .. Text("id")], Connect(V5, options)[12..]);
        Assert.Equal([5, 0x11, 255, 255, 255, 255, .. Text("id")], Connect(V5, Plain with { SessionExpiry = TimeSpan.MaxValue })[12..]);
        Assert.Equal(Connect(V311, Plain), Connect(V311, options));
    }
}
