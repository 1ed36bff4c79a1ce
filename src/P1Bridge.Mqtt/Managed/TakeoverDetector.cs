namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Recognises that another client uses our identifier. MQTT 5.0 says so; 3.1.1 only closes the connection, so that the pattern must
/// tell: a broker that accepts us at the first attempt each time and closes soon after, without a message of ours to blame. No I/O.
/// </summary>
sealed class TakeoverDetector(ManagedMqttClientOptions options)
{
    static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(2);
    const int Enough = 6;
    const int ForShortLife = 2;
    const int ForUnstableLife = 1;
    int _points;

    /// <summary>An attempt failed: it is the broker that has trouble, not a rival who would only take its turn.</summary>
    public void AttemptFailed() => _points = 0;

    /// <summary>A connection ended by itself. True: time to keep away. After that, one more short life is enough.</summary>
    public bool Lost(MqttFailure reason, TimeSpan uptime, bool messageSuspected)
    {
        if (reason != MqttFailure.Network || messageSuspected) return false;
        if (uptime >= options.StablePeriod && uptime >= ShortLife)
        {
            _points = 0;
            return false;
        }
        _points = Math.Min(Enough, _points + (uptime < ShortLife ? ForShortLife : ForUnstableLife));
        if (_points < Enough) return false;
        _points = Enough - ForShortLife;
        return true;
    }
}
