namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Notices that another client uses the same client identifier. A broker ends the connection of the one when the other connects (MQTT 3.1.1
/// section 3.1.4) and does not say why; two that both come back at once throw each other out for ever. What tells it from a broker that is
/// restarted: that one cannot be reached for a while. Decides only.
/// </summary>
sealed class RivalWatch(TimeSpan stablePeriod)
{
    const int SuspiciousEvictions = 3;

    int _evictions;

    /// <summary>No connection was made: whatever ended the one before, it was no rival.</summary>
    public void NoteFailedAttempt() => _evictions = 0;

    /// <summary>A connection is gone; true when it looks as if a rival took its place.</summary>
    public bool IsEviction(MqttFailure failure, TimeSpan uptime)
    {
        _evictions = failure == MqttFailure.Network && uptime < stablePeriod ? _evictions + 1 : 0;
        return _evictions >= SuspiciousEvictions;
    }
}
