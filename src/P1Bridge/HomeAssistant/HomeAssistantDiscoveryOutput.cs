using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// Announces the meters to Home Assistant. Thin: the plan decides, this sends, and keeps the plan's times with one timer.
/// The connection calls <see cref="OnConnected"/>, <see cref="OnDisconnected"/>, and hands over what arrives on
/// <see cref="StatusTopic"/> and <see cref="OwnTopicFilter"/>; none of these calls publishes anything itself. When
/// <see cref="WriteAsync"/> returns, the device of a meter that the update replaced has been removed, also without a connection: only then
/// may the new meter's values be published.
/// </summary>
sealed class HomeAssistantDiscoveryOutput : IOutput, IDisposable
{
    /// <summary>After a fault in the timer.</summary>
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly DiscoveryBuilder _builder;
    readonly DiscoveryPlan _plan;
    readonly FrozenDictionary<string, DiscoveryMeter> _meters;
    readonly PublishMessage _publish;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly long _start;
    readonly ITimer _timer;
    bool _isConnected;
    bool _isDisposed;
    bool _owesStates;

    /// <param name="builder">Makes the messages.</param>
    /// <param name="options">The plan's times.</param>
    /// <param name="meters">The configured meters.</param>
    /// <param name="publish">Hands a message to the connection; must not call back into this output.</param>
    /// <param name="time">The clock; only its monotonic time is used.</param>
    /// <param name="random">Numbers from 0 up to 1.</param>
    /// <param name="logger">Takes the lines about deleted and replaced devices.</param>
    public HomeAssistantDiscoveryOutput(
        DiscoveryBuilder builder, DiscoveryPlanOptions options, IEnumerable<DiscoveryMeter> meters, PublishMessage publish,
        TimeProvider time, Func<double> random, ILogger logger)
    {
        (_builder, _publish, _time, _logger) = (builder, publish, time, logger);
        _meters = meters.ToFrozenDictionary(static meter => meter.Name);
        _plan = new DiscoveryPlan(builder, options, random, line => _logger.LogWarning("{Line}", line));
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name => "homeassistant";

    /// <summary>The topic on which Home Assistant says that it has started; to be subscribed to.</summary>
    public string StatusTopic => _builder.Options.StatusTopic;

    /// <summary>Every device's discovery topic; to be subscribed to, so that a deletion by the user is heard. Those of others are ignored.</summary>
    public string OwnTopicFilter => _builder.TopicFilter;

    /// <summary>
    /// Home Assistant has started and was told of all devices: now it wants the states, availability first, then all values.
    /// Raised on a timer's thread.
    /// </summary>
    public event Action? StatesWanted;

    TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot) return ValueTask.CompletedTask;
        var meter = _meters.GetValueOrDefault(snapshot.Name) ?? new DiscoveryMeter(snapshot.Name);
        lock (_gate)
            _plan.Observe(meter, snapshot, Now);
        SendDue();
        return ValueTask.CompletedTask;
    }

    /// <summary>The broker was reached: everything is announced again, because it may have forgotten it.</summary>
    public void OnConnected() => Change(() =>
    {
        _isConnected = true;
        _plan.OnConnected();
    });

    /// <summary>
    /// The broker is gone. Only what cannot wait is sent meanwhile: a queue that keeps only the latest would swallow the step that removes
    /// an entity.
    /// </summary>
    public void OnDisconnected() => Change(() => _isConnected = false);

    /// <summary>A message on <see cref="StatusTopic"/>.</summary>
    public void OnStatusMessage(string payload) => Change(() => _plan.OnStatus(payload, Now));

    /// <summary>A message on a topic of <see cref="OwnTopicFilter"/>.</summary>
    public void OnOwnTopicMessage(string topic, string payload, bool isRetained) => Change(() => _plan.OnDiscoveryTopic(topic, payload, isRetained));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _timer.Dispose();
    }

    void Change(Action change)
    {
        lock (_gate)
        {
            change();
            SetTimer();
        }
    }

    void SendDue()
    {
        var isAfterBirth = false;
        lock (_gate)
        {
            if (!_isDisposed) isAfterBirth = Publish();
            SetTimer();
        }
        if (isAfterBirth) StatesWanted?.Invoke();
    }

    /// <summary>Sends what is due; true when the states must follow.</summary>
    bool Publish()
    {
        var batch = _isConnected ? _plan.TakeDue(Now) : new DiscoveryBatch(_plan.TakeUrgent(Now, isConnected: false), IsAfterBirth: false);
        _owesStates |= batch.IsAfterBirth;
        try
        {
            foreach (var message in batch.Messages)
                _publish(new MqttPublication(message.Topic, message.Payload, Retain: true, MessageKind.Control));
        }
        catch
        {
            // What was taken from the plan may not have been sent.
            _plan.PutBack(batch.Messages);
            _plan.OnConnected();
            _timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            throw;
        }
        var owedStates = _owesStates && _isConnected;
        _owesStates &= !owedStates;
        return owedStates;
    }

    void SetTimer()
    {
        if (_isDisposed) return;
        var wait = _plan.NextDue - Now is { } time ? (time > TimeSpan.Zero ? time : TimeSpan.Zero) : Timeout.InfiniteTimeSpan;
        _timer.Change(_isConnected || _plan.HasUrgent ? wait : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>No runner stands above a timer, so a fault ends here: it is logged, and everything is due again a little later.</summary>
    void OnTimer()
    {
        try
        {
            SendDue();
        }
#pragma warning disable CA1031 // An exception that leaves a timer ends the program.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.LogWarning(exception, "Home Assistant: the announcement failed; it is tried again in {Seconds} s.", RetryAfter.TotalSeconds);
            lock (_gate)
            {
                if (!_isDisposed) _timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
