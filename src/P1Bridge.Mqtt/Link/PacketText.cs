using System.Globalization;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>A packet in one line for people: direction, type, and what tells it from others. Neither payloads nor passwords.</summary>
static class PacketText
{
    public static string Sent(Packet packet) => "sent     " + Describe(packet);

    public static string Sent(in Acknowledgement acknowledgement) => "sent     " + Describe(acknowledgement);

    public static string Sent(MqttMessage message, in PublishHeader header) => "sent     " + Describe(
        message, header.Identifier, header.QualityOfService, header.Retain, header.Duplicate, header.Alias);

    public static string Received(Packet packet) => "received " + Describe(packet);

    public static string Received(in Acknowledgement acknowledgement) => "received " + Describe(acknowledgement);

    static string Describe(Packet packet) => packet switch
    {
        ConnectPacket connect => Text($"CONNECT '{connect.ClientId}', {(connect.CleanStart ? "clean" : "kept session")}, keep alive {connect.Options.KeepAlive.TotalSeconds} s"),
        ConnackPacket connack => Text($"CONNACK {connack.ReasonCode}{(connack.SessionPresent ? ", session present" : "")}{Quoted(connack.ReasonText)}"),
        PublishPacket publish => Describe(
            publish.Message, publish.Identifier, publish.Message.QualityOfService, publish.Message.Retain, publish.Message.Duplicate, publish.Alias ?? 0),
        SubscribePacket subscribe => Text(
            $"SUBSCRIBE {subscribe.Identifier} {string.Join(", ", subscribe.Subscriptions.Select(static one => $"'{one.Filter}' QoS {(int)one.QualityOfService}"))}"),
        UnsubscribePacket unsubscribe => Text($"UNSUBSCRIBE {unsubscribe.Identifier} {string.Join(", ", unsubscribe.Filters.Select(static filter => $"'{filter}'"))}"),
        FilterAnswerPacket answer => Text($"{Name(answer.Type)} {answer.Identifier} {string.Join(", ", answer.ReasonCodes ?? [])}{Quoted(answer.Text)}"),
        PingreqPacket => "PINGREQ",
        PingrespPacket => "PINGRESP",
        DisconnectPacket disconnect => Text($"DISCONNECT {disconnect.ReasonCode}{Quoted(disconnect.ReasonText)}"),
        _ => packet.GetType().Name,
    };

    static string Describe(in Acknowledgement acknowledgement) =>
        Text($"{Name(acknowledgement.Type)} {acknowledgement.Identifier}{(acknowledgement.ReasonCode == MqttReasonCode.Success ? "" : $" {acknowledgement.ReasonCode}")}{Quoted(acknowledgement.Text)}");

    static string Describe(MqttMessage message, ushort identifier, MqttQualityOfService quality, bool retain, bool duplicate, int alias) => Text(
        $"PUBLISH{(identifier == 0 ? "" : $" {identifier}")} '{message.Topic}', QoS {(int)quality}, {message.Payload.Length} bytes{(retain ? ", retain" : "")}{(duplicate ? ", duplicate" : "")}{(alias == 0 ? "" : $", alias {alias}")}");

    static string Name(PacketType type) => type.ToString().ToUpperInvariant();

    static string Quoted(string? text) => text is null ? "" : $" \"{text}\"";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
