namespace P1Bridge.Mqtt.Link;

/// <summary>What the keep alive has to do now.</summary>
enum KeepAliveStep
{
    Wait,
    Ping,
    Close,
}

/// <summary>
/// Decides when to ping and when to give up (MQTT 3.1.1 section 3.1.2.10), on the monotonic clock. It pings when nothing was
/// sent for three quarters of the keep alive, because the server may close after one and a half; and also when nothing was
/// received for that long, because a link that only sends would not notice that the other side is gone.
/// </summary>
sealed class KeepAliveClock(TimeSpan keepAlive, TimeProvider time)
{
    const long NoPing = long.MinValue;
    static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(20);
    readonly TimeSpan _interval = keepAlive * 0.75;
    long _lastReceived = time.GetTimestamp();
    long _pingSent = NoPing;

    /// <summary>How long a PINGRESP may take.</summary>
    public TimeSpan AnswerTime { get; } = keepAlive / 2 < LongestAnswer ? keepAlive / 2 : LongestAnswer;

    public bool IsOff => keepAlive == TimeSpan.Zero;

    public void Received() => Interlocked.Exchange(ref _lastReceived, time.GetTimestamp());

    public void PingSent() => Interlocked.Exchange(ref _pingSent, time.GetTimestamp());

    public void PingAnswered() => Interlocked.Exchange(ref _pingSent, NoPing);

    /// <summary>The step due now, and for <see cref="KeepAliveStep.Wait"/> how long it may be.</summary>
    public KeepAliveStep Next(long lastWritten, out TimeSpan wait)
    {
        var ping = Interlocked.Read(ref _pingSent);
        wait = ping == NoPing
            ? _interval - time.GetElapsedTime(Math.Min(lastWritten, Interlocked.Read(ref _lastReceived)))
            : AnswerTime - time.GetElapsedTime(ping);
        if (wait > TimeSpan.Zero) return KeepAliveStep.Wait;
        return ping == NoPing ? KeepAliveStep.Ping : KeepAliveStep.Close;
    }
}
