using System.Globalization;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>Where and how a link connects.</summary>
public sealed record MqttClientOptions
{
    const int DefaultPacketSize = 1024 * 1024;

    /// <summary>Name or address of the broker. Default <c>localhost</c>.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port, 1 to 65 535. Default 1883, the port without TLS; with TLS it is mostly 8883.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Version of MQTT. Default <see cref="MqttProtocolVersion.Automatic"/>.</summary>
    public MqttProtocolVersion ProtocolVersion { get; init; }

    /// <summary>
    /// Path of the broker's WebSocket, beginning with <c>/</c>, such as <c>/mqtt</c>; then the link is <c>ws</c>, or with
    /// <see cref="Tls"/> <c>wss</c>. Default null: no WebSocket.
    /// </summary>
    public string? WebSocketPath { get; init; }

    /// <summary>TLS settings; null connects without TLS. Default null.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>
    /// Client identifier, at most 65 535 bytes; every broker takes 1 to 23 letters and digits [MQTT-3.1.3-5]. Two clients with
    /// one identifier drive each other out. Default empty: the broker chooses, which needs <see cref="CleanSession"/> in 3.1.1; in
    /// 5.0 the identifier that it assigns is kept for the next connection.
    /// </summary>
    public string ClientId { get; init; } = "";

    /// <summary>User name. Default null: none.</summary>
    public string? UserName { get; init; }

    /// <summary>
    /// Password, sent as UTF-8; needs a user name [MQTT-3.1.2-22] unless only 5.0 is spoken. Default null: none. Never shown.
    /// </summary>
    public string? Password { get; init; }

    /// <summary>
    /// Longest silence on the link; whole seconds, 1 s to 65 535 s, or zero for no keep alive. A ping goes out after three
    /// quarters of it, and an answer that is missing for half of it (at most 20 s) closes the link. A broker that speaks 5.0 may
    /// set another one. Default 60 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Start without memory of an earlier connection, on both sides (MQTT 3.1.1 section 3.1.2.4). False resumes: 3.1.1 then keeps
    /// the session after the connection, 5.0 does so for <see cref="SessionExpiry"/>. In 5.0 the first connection starts clean
    /// all the same, unless <see cref="SessionKnown"/>. Default true.
    /// </summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>
    /// 5.0: how long the broker shall keep the session after the connection; whole seconds, 0 to 4 294 967 294 s, or
    /// <see cref="TimeSpan.MaxValue"/> for without end. Default null: not sent, the session ends with the connection.
    /// </summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>
    /// An earlier process had a session for this client identifier at this endpoint that the broker keeps
    /// (<see cref="MqttConnectResult.KeepsSession"/>). Without this mark a session that is present is foreign, and 5.0 has it
    /// closed [MQTT5-3.2.2-4]. Default false.
    /// </summary>
    public bool SessionKnown { get; init; }

    /// <summary>Message that the broker publishes when this client vanishes without saying DISCONNECT. Default null: none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>5.0: how long the broker waits with the will; whole seconds, 0 to 4 294 967 294 s. Default null: not at all.</summary>
    public TimeSpan? WillDelay { get; init; }

    /// <summary>Time for name resolution, TCP, TLS and the broker's answer together; 100 ms to 10 min. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for one write to reach the operating system; a half-dead link blocks there. 100 ms to 10 min. Default 20 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long the first message after a pause may wait for others to leave in the same segment; 0 to 100 ms. Zero, and while messages keep
    /// coming: as long as others follow at once, which is enough for those that are sent one right after the other. Default 1 ms.
    /// </summary>
    public TimeSpan WriteLinger { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Largest packet to accept, in bytes with its header; 64 to 268 435 460. A larger one closes the link. A value that is set
    /// here is also announced to a broker that speaks 5.0, which then leaves larger messages out. Default 1 MiB, not announced.
    /// </summary>
    public int MaximumPacketSize
    {
        get => AnnouncedPacketSize ?? QuietPacketSize;
        init => AnnouncedPacketSize = value;
    }

    /// <summary>The same limit without telling the broker; what <see cref="MaximumPacketSize"/> says goes before it. Default 1 MiB.</summary>
    public int QuietPacketSize { get; init; } = DefaultPacketSize;

    internal int? AnnouncedPacketSize { get; private init; }

    /// <summary>
    /// 5.0: most messages with QoS 1 and 2 that the broker may have under way to here; 1 to 65 535. A broker that sends more is
    /// closed with 0x93. Default null: not announced, 65 535.
    /// </summary>
    public int? ReceiveMaximum { get; init; }

    /// <summary>5.0: most topic aliases that the broker may use; 0 to 65 535, each may keep a topic in memory. Default 0: none, not announced.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>
    /// 5.0: most topic aliases to use towards a broker that takes them; 0 to 65 535. A topic gets one when it is published for the
    /// second time, if that saves bytes. Default 100; 0 uses none.
    /// </summary>
    public int OutgoingTopicAliases { get; init; } = 100;

    /// <summary>Most messages with QoS 1 and 2 under way to the broker, which may allow less; 1 to 65 535. Further ones wait. Default 65 535.</summary>
    public int MaximumInFlight { get; init; } = ushort.MaxValue;

    /// <summary>
    /// 5.0: what to do with a message above the broker's highest QoS. False sends it with that QoS, true refuses it
    /// (<see cref="MqttReasonCode.QualityOfServiceNotSupported"/>). Default false.
    /// </summary>
    public bool RefuseHigherQualityOfService { get; init; }

    /// <summary>5.0: names and values of the application's own for CONNECT, in order; names may repeat; at most 65 535 bytes each. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>
    /// 5.0: what DISCONNECT says instead of <see cref="SessionExpiry"/>, in the same values; not above 0 unless that is above 0 too
    /// (MQTT 5.0 section 3.14.2.2.2). Default null: not said.
    /// </summary>
    public TimeSpan? DisconnectSessionExpiry { get; init; }

    /// <summary>5.0: as <see cref="UserProperties"/>, for DISCONNECT; left out where the broker does not take packets that large. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DisconnectUserProperties { get; init; } = [];

    /// <summary>Checks the values against each other and their limits.</summary>
    /// <exception cref="ArgumentException">A value cannot work; the text names the option.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Host), nameof(Host), "must name the broker");
        Require(Port is > 0 and <= ushort.MaxValue, nameof(Port), "must be 1 to 65535");
        Require(KeepAlive >= TimeSpan.Zero && KeepAlive.TotalSeconds <= ushort.MaxValue, nameof(KeepAlive), "must be 0 to 65535 s");
        Require(KeepAlive.Ticks % TimeSpan.TicksPerSecond == 0, nameof(KeepAlive), "must be whole seconds");
        Require(Text(ClientId), nameof(ClientId), "must be UTF-8 of at most 65535 bytes without U+0000");
        // [MQTT-3.1.3-7]; the automatic version may end up at 3.1.1.
        Require(CleanSession || ClientId.Length > 0 || IsV5Only, nameof(ClientId), "must be given when the session is to be kept");
        Require(UserName is null || Text(UserName), nameof(UserName), "must be UTF-8 of at most 65535 bytes without U+0000");
        Require(Password is null || UserName is not null || IsV5Only, nameof(Password), "needs a user name in MQTT 3.1.1");
        Require(Password is null || Text(Password), nameof(Password), "must be UTF-8 of at most 65535 bytes");
        Require(Within(ConnectTimeout, 100, 600_000), nameof(ConnectTimeout), "must be 100 ms to 10 min");
        Require(Within(WriteTimeout, 100, 600_000), nameof(WriteTimeout), "must be 100 ms to 10 min");
        Require(Within(WriteLinger, 0, 100), nameof(WriteLinger), "must be 0 to 100 ms");
        Require(MaximumPacketSize is >= 64 and <= VariableInteger.Maximum + 5, nameof(MaximumPacketSize), "must be 64 to 268435460");
        ValidateV5();
        ValidateWill();
    }

    bool IsV5Only => ProtocolVersion == MqttProtocolVersion.V5;

    void ValidateV5()
    {
        Require(Enum.IsDefined(ProtocolVersion), nameof(ProtocolVersion), "must be Automatic, V311 or V5");
        Require(WebSocketPath is null || IsPath(WebSocketPath), nameof(WebSocketPath), "must begin with / and have no blanks");
        Require(SessionExpiry is null || SessionExpiry == TimeSpan.MaxValue || Seconds(SessionExpiry.Value), nameof(SessionExpiry), SecondsRule);
        Require(WillDelay is null || Seconds(WillDelay.Value), nameof(WillDelay), SecondsRule);
        Require(ReceiveMaximum is null or (> 0 and <= ushort.MaxValue), nameof(ReceiveMaximum), "must be 1 to 65535");
        Require(TopicAliasMaximum is >= 0 and <= ushort.MaxValue, nameof(TopicAliasMaximum), "must be 0 to 65535");
        Require(OutgoingTopicAliases is >= 0 and <= ushort.MaxValue, nameof(OutgoingTopicAliases), "must be 0 to 65535");
        RequireTexts(UserProperties, nameof(UserProperties));
        RequireTexts(DisconnectUserProperties, nameof(DisconnectUserProperties));
        Require(
            DisconnectSessionExpiry is null || DisconnectSessionExpiry == TimeSpan.MaxValue || Seconds(DisconnectSessionExpiry.Value),
            nameof(DisconnectSessionExpiry), SecondsRule);
        Require(
            DisconnectSessionExpiry is null || DisconnectSessionExpiry == TimeSpan.Zero || SessionExpiry > TimeSpan.Zero,
            nameof(DisconnectSessionExpiry), "cannot be above 0 when SessionExpiry is not");
        Require(MaximumInFlight is > 0 and <= ushort.MaxValue, nameof(MaximumInFlight), "must be 1 to 65535");
    }

    void ValidateWill()
    {
        if (Will is null) return;
        if (Will.Error() is { } error) throw new ArgumentException($"Option {nameof(Will)}: {error}"); // [MQTT-3.1.2-14] among others
        Require(Will.Payload.Length <= ushort.MaxValue, nameof(Will), "must have a payload of at most 65535 bytes");
    }

    /// <summary>The endpoint and who connects, without secrets.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Endpoint} as \"{ClientId}\"");

    /// <summary>Where it connects, without secrets; what a client remembers of a broker hangs on it.</summary>
    internal string Endpoint => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}{WebSocketPath}");

    string Scheme => (WebSocketPath, Tls) switch
    {
        (null, null) => "mqtt",
        (null, _) => "mqtts",
        (_, null) => "ws",
        _ => "wss",
    };

    static void RequireTexts(IReadOnlyList<KeyValuePair<string, string>> properties, string option) =>
        Require(properties.All(static property => Text(property.Key) && Text(property.Value)), option, "must be UTF-8 of at most 65535 bytes without U+0000");

    static bool Text(string value)
    {
        try
        {
            return !value.Contains('\0') && StrictUtf8.Encoding.GetByteCount(value) <= ushort.MaxValue;
        }
        catch (System.Text.EncoderFallbackException)
        {
            return false; // Half a surrogate pair is no character.
        }
    }

    const string SecondsRule = "must be whole seconds from 0 to 4294967294";

    static bool Seconds(TimeSpan value) =>
        value >= TimeSpan.Zero && value.TotalSeconds < uint.MaxValue && value.Ticks % TimeSpan.TicksPerSecond == 0;

    static bool IsPath(string value) => value.StartsWith('/') && !value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '#');

    static bool Within(TimeSpan value, int fromMilliseconds, int toMilliseconds) =>
        value.TotalMilliseconds >= fromMilliseconds && value.TotalMilliseconds <= toMilliseconds;

    static void Require(bool condition, string option, string rule)
    {
        if (!condition) throw new ArgumentException($"Option {option} {rule}.");
    }
}
