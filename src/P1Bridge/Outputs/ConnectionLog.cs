using Microsoft.Extensions.Logging;

namespace P1Bridge.Outputs;

/// <summary>
/// What the log is told of a connection to a broker: "down" once and "up" once, and what only the user can heal. Knows no client. The calls come one
/// after the other; <see cref="Fault"/> is read by others.
/// </summary>
/// <param name="endpoint">Where it connects, without secrets.</param>
/// <param name="clientId">The client identifier that it uses.</param>
/// <param name="time">For what is told only after a while.</param>
/// <param name="log">Takes the lines.</param>
sealed class ConnectionLog(string endpoint, string clientId, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>A connection that another program kept ending is said to be well again when it has stood for so long.</summary>
    static readonly TimeSpan ProvenAfter = TimeSpan.FromMinutes(1);

    /// <summary>So soon after a loss no broker has been restarted by hand; the first attempt comes after a second.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    readonly HashSet<string> _notices = [];
    string? _fault;
    bool _isEvicted;
    bool _wasUp;
    bool _saidRival;
    long? _lostAt;
    TimeSpan? _sinceLost;
    ITimer? _proving;

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>The broker has us.</summary>
    public void Up()
    {
        _sinceLost = _lostAt is { } lost ? time.GetElapsedTime(lost) : null;
        _lostAt = null;
        // After an eviction the next one may follow at once; that would be a line for each try.
        if (_isEvicted) _proving = time.CreateTimer(_ => SayProven(), null, ProvenAfter, Timeout.InfiniteTimeSpan);
        else SayUp();
        _wasUp = true;
        Volatile.Write(ref _fault, null);
    }

    /// <summary>There is no connection, or an attempt failed.</summary>
    /// <param name="reason">Why, in words of the configuration.</param>
    /// <param name="isEviction">Another program uses the same client identifier.</param>
    /// <param name="isConfigurationProblem">Only the user can heal it.</param>
    public void Down(string reason, bool isEviction, bool isConfigurationProblem)
    {
        _proving?.Dispose();
        // Only what ended a connection that stood; attempts that follow fail for the reasons of a broker that is away.
        if (_fault is null && _wasUp) _lostAt = time.GetTimestamp();
        if (isEviction)
        {
            if (!_isEvicted) SayDown(reason, isConfigurationProblem: true);
            _isEvicted = true;
        }
        else if (_fault is null || (isConfigurationProblem && reason != _fault)) SayDown(reason, isConfigurationProblem);
        Volatile.Write(ref _fault, reason);
    }

    /// <summary>Something that the broker lacks. It lacks it after each reconnect too, but that is said once.</summary>
    public void Notice(string notice)
    {
        // That a certificate is not checked was said at the start.
        if (notice.Contains("certificate", StringComparison.Ordinal) || !_notices.Add(notice)) return;
        // Its own words for retained messages do not say what that means in this house.
        var meaning = notice.Contains("retained", StringComparison.Ordinal)
            ? " After a restart of Home Assistant or of the broker, devices, availability and values are gone until the bridge sends them again: at once after "
                + "Home Assistant's birth message, else with the next change. Use a broker that retains, such as Mosquitto with its standard settings"
            : "";
        log.LogWarning("The broker at {Endpoint}: {Notice}{Meaning}", endpoint, notice, meaning);
    }

    /// <inheritdoc/>
    public void Dispose() => _proving?.Dispose();

    void SayUp()
    {
        var hint = _saidRival ? null : RivalHint(_sinceLost, clientId);
        _saidRival |= hint is not null;
        log.LogInformation("Connected to the broker at {Endpoint}{Hint}", endpoint, hint ?? "");
    }

    /// <summary>
    /// A broker that ends a connection and takes the next one at once was not away. Most say nothing of the other client with the same
    /// identifier, and only after several times it is sure; but the first time is when people look. Null: there is nothing to say.
    /// </summary>
    internal static string? RivalHint(TimeSpan? sinceLost, string clientId) => sinceLost is not { } away || away > AtOnce ? null
        : $" again, at once. If that repeats, another program such as a second bridge uses the client identifier \"{clientId}\" too: give one of them another mqtt.client_id or mqtt.base_topic";

    void SayProven()
    {
        if (Fault is not null) return;
        _isEvicted = false;
        SayUp();
    }

    /// <summary>Said once: while the broker is away, the reason changes with each stage of its start. What only the user can heal is said too.</summary>
    void SayDown(string reason, bool isConfigurationProblem)
    {
        if (isConfigurationProblem)
            log.LogError("No connection to the broker at {Endpoint}: {Reason} Until this is put right, it is tried again every now and then", endpoint, reason);
        else
            log.LogWarning("No connection to the broker at {Endpoint}: {Reason} Reading goes on; the latest values are sent when it is back", endpoint, reason);
    }
}
