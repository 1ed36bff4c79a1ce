using P1Bridge.Mqtt.Link;

namespace P1Bridge.Mqtt.Managed;

/// <summary>What the loop does after an attempt or a connection has ended.</summary>
enum Remedy
{
    /// <summary>Wait a growing, random time.</summary>
    Backoff,

    /// <summary>Wait the longest time: only a person can help, here or at the broker.</summary>
    WaitForPerson,

    /// <summary>Keep away for long: another client uses the identifier.</summary>
    StandDown,
}

/// <summary>What ended an attempt or a connection.</summary>
sealed record Failure(MqttFailure Kind, string Text, Remedy Remedy = Remedy.Backoff)
{
    /// <summary>A connection that stood was lost; else an attempt failed.</summary>
    public bool WasConnected { get; init; }
}

/// <summary>What each answer of a broker means for the attempts that follow (reason codes of MQTT 5.0 section 2.4).</summary>
static class FailureTable
{
    const int SessionTakenOver = 0x8E;

    /// <summary>
    /// CONNACK refused: client identifier 0x85, user or password 0x86, not authorised 0x87, banned 0x8A, authentication method 0x8C,
    /// topic name of the will 0x90, packet too large 0x95, payload format 0x99, retain 0x9A or QoS 0x9B of the will not supported.
    /// </summary>
    public static Remedy ForRefusal(MqttReasonCode code) =>
        ConnectAdvice.IsConfigurationProblem(code) || (int)code is 0x85 or 0x86 or 0x87 or 0x8A or 0x8C or 0x90 or 0x95 or 0x99 or 0x9A or 0x9B
            ? Remedy.WaitForPerson
            : Remedy.Backoff;

    public static Failure ForException(MqttException exception) =>
        new(exception.Failure, exception.Message, exception.IsConfigurationProblem ? Remedy.WaitForPerson : Remedy.Backoff);

    /// <summary>A connection that stood has ended. <paramref name="isTakeover"/>: it looks like another client with our identifier.</summary>
    public static Failure ForClose(MqttClosed closed, bool isTakeover, MqttClientOptions options) =>
        !isTakeover && (int?)closed.ReasonCode != SessionTakenOver
            ? new Failure(closed.Failure, $"Connection lost: {closed.Text}")
            : new Failure(
                MqttFailure.Evicted,
                $"The broker ends the connection each time because another program connects with the same client identifier \"{options.ClientId}\" "
                + $"at {options.Host}:{options.Port}, and a broker keeps only one of the two. Stop the other program, or give one of them another client identifier.",
                Remedy.StandDown);
}
