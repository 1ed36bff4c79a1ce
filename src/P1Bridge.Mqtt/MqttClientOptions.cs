using System.Globalization;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>Where and how a link connects.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Name or address of the broker. Default <c>localhost</c>.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port, 1 to 65 535. Default 1883, the port without TLS; with TLS it is mostly 8883.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>TLS settings; null connects without TLS. Default null.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>
    /// Client identifier, at most 65 535 bytes; every broker takes 1 to 23 letters and digits [MQTT-3.1.3-5]. Two clients with
    /// one identifier drive each other out. Default empty: the broker chooses, which needs <see cref="CleanSession"/>.
    /// </summary>
    public string ClientId { get; init; } = "";

    /// <summary>User name. Default null: none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password, sent as UTF-8; needs a user name [MQTT-3.1.2-22]. Default null: none. Never shown.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Longest silence on the link; whole seconds, 1 s to 65 535 s, or zero for no keep alive. A ping goes out after three
    /// quarters of it, and an answer that is missing for half of it (at most 20 s) closes the link. Default 60 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Start without memory of an earlier connection, on both sides (MQTT 3.1.1 section 3.1.2.4). Default true.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>Message that the broker publishes when this client vanishes without saying DISCONNECT. Default null: none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Time for name resolution, TCP, TLS and the broker's answer together; 100 ms to 10 min. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for one write to reach the operating system; a half-dead link blocks there. 100 ms to 10 min. Default 20 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a message may wait for others to leave in the same segment; 0 to 100 ms. Zero: as long as others follow at once, which is
    /// enough for those that are enqueued one right after the other. Default 1 ms.
    /// </summary>
    public TimeSpan WriteLinger { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Largest packet to accept, in bytes with its header; 64 to 268 435 460. A larger one closes the link. Default 1 MiB.</summary>
    public int MaximumPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Checks the values against each other and their limits.</summary>
    /// <exception cref="ArgumentException">A value cannot work; the text names the option.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Host), nameof(Host), "must name the broker");
        Require(Port is > 0 and <= ushort.MaxValue, nameof(Port), "must be 1 to 65535");
        Require(KeepAlive >= TimeSpan.Zero && KeepAlive.TotalSeconds <= ushort.MaxValue, nameof(KeepAlive), "must be 0 to 65535 s");
        Require(KeepAlive.Ticks % TimeSpan.TicksPerSecond == 0, nameof(KeepAlive), "must be whole seconds");
        Require(Text(ClientId), nameof(ClientId), "must be UTF-8 of at most 65535 bytes without U+0000");
        Require(CleanSession || ClientId.Length > 0, nameof(ClientId), "must be given when the session is to be kept"); // [MQTT-3.1.3-7]
        Require(UserName is null || Text(UserName), nameof(UserName), "must be UTF-8 of at most 65535 bytes without U+0000");
        Require(Password is null || UserName is not null, nameof(Password), "needs a user name in MQTT 3.1.1");
        Require(Password is null || Text(Password), nameof(Password), "must be UTF-8 of at most 65535 bytes");
        Require(Within(ConnectTimeout, 100, 600_000), nameof(ConnectTimeout), "must be 100 ms to 10 min");
        Require(Within(WriteTimeout, 100, 600_000), nameof(WriteTimeout), "must be 100 ms to 10 min");
        Require(Within(WriteLinger, 0, 100), nameof(WriteLinger), "must be 0 to 100 ms");
        Require(MaximumPacketSize is >= 64 and <= VariableInteger.Maximum + 5, nameof(MaximumPacketSize), "must be 64 to 268435460");
        ValidateWill();
    }

    void ValidateWill()
    {
        if (Will is null) return;
        if (MqttTopic.NameError(Will.Topic) is { } error) throw new ArgumentException($"Option {nameof(Will)}: its topic cannot be used, {error}.");
        Require(Enum.IsDefined(Will.QualityOfService), nameof(Will), "must have QoS 0, 1 or 2"); // [MQTT-3.1.2-14]
        Require(Will.Payload.Length <= ushort.MaxValue, nameof(Will), "must have a payload of at most 65535 bytes");
    }

    /// <summary>The endpoint and who connects, without secrets.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Tls is null ? "mqtt" : "mqtts")}://{Host}:{Port} as \"{ClientId}\"");

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

    static bool Within(TimeSpan value, int fromMilliseconds, int toMilliseconds) =>
        value.TotalMilliseconds >= fromMilliseconds && value.TotalMilliseconds <= toMilliseconds;

    static void Require(bool condition, string option, string rule)
    {
        if (!condition) throw new ArgumentException($"Option {option} {rule}.");
    }
}
