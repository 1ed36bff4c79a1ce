using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// Announces the meters to Home Assistant. Thin: the plan decides, this sends, and keeps the plan's times with one timer.
/// The connection calls <see cref="OnConnected"/>, <see cref="OnDisconnected"/>, and hands over what arrives on
/// <see cref="StatusTopic"/>, <see cref="OwnTopicFilter"/>, <see cref="CommandTopic"/> and the topics of <see cref="TopicWanted"/>; none of these
/// calls publishes anything itself. When
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
    readonly Listening _listening = new();
    readonly EntityAttributes _attributes;
    readonly DiscoveryMemory? _memory;
    readonly bool _retain;
    readonly FrozenDictionary<string, DiscoveryMeter> _meters;
    readonly PublishMessage _publish;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly long _start;
    readonly ITimer _timer;
    bool _isConnected;
    bool _isDisposed;
    bool _owesStates;
    bool _owesUnretained;

    /// <param name="builder">Makes the messages.</param>
    /// <param name="options">The plan's times.</param>
    /// <param name="meters">The configured meters.</param>
    /// <param name="publish">Hands a message to the connection; must not call back into this output.</param>
    /// <param name="time">The clock; only its monotonic time is used.</param>
    /// <param name="random">Numbers from 0 up to 1.</param>
    /// <param name="logger">Takes the lines about deleted and replaced devices.</param>
    /// <param name="memory">Remembers what was announced; null: nothing is remembered.</param>
    /// <param name="retain">Whether attributes are retained, as values are.</param>
    public HomeAssistantDiscoveryOutput(
        DiscoveryBuilder builder, DiscoveryPlanOptions options, IEnumerable<DiscoveryMeter> meters, PublishMessage publish,
        TimeProvider time, Func<double> random, ILogger logger, DiscoveryMemory? memory = null, bool retain = true)
    {
        (_builder, _publish, _time, _logger, _memory, _retain) = (builder, publish, time, logger, memory, retain);
        _meters = meters.ToFrozenDictionary(static meter => meter.Name);
        _plan = new DiscoveryPlan(builder, options, random, line => _logger.LogWarning("{Line}", line), memory?.Read());
        _attributes = new EntityAttributes(builder.Topics, options.VanishedAfter);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name => "homeassistant";

    /// <summary>The topic on which Home Assistant says that it has started; to be subscribed to.</summary>
    public string StatusTopic => _builder.Options.StatusTopic;

    /// <summary>Every device's discovery topic; to be subscribed to, so that a deletion by the user is heard. Those of others are ignored.</summary>
    public string OwnTopicFilter => _builder.TopicFilter;

    /// <summary>What the bridge is asked to do; to be subscribed to.</summary>
    public string CommandTopic => _builder.Topics.BridgeCommand;

    /// <summary>A further topic is to be subscribed to, for <see cref="OnWantedMessage"/>. Raised on any thread.</summary>
    public event Action<string>? TopicWanted;

    /// <summary>
    /// Home Assistant has started and was told of all devices: now it wants the states, availability first, then all values. Also when a meter was
    /// forgotten. Raised on any thread.
    /// </summary>
    public event Action? StatesWanted;

    /// <summary>
    /// Home Assistant listens to the entities that it was told of a few seconds ago. What is not retained reached nobody before, so it is wanted
    /// once more. Raised on any thread.
    /// </summary>
    public event Action? UnretainedWanted;

    TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot) return ValueTask.CompletedTask;
        var meter = _meters.GetValueOrDefault(snapshot.Name) ?? new DiscoveryMeter(snapshot.Name);
        lock (_gate)
            _plan.Observe(meter, snapshot, Now);
        SendDue();
        // Behind the announcement, as values are.
        foreach (var (topic, payload) in DueAttributes(snapshot))
            _publish(new MqttPublication(topic, payload, _retain || payload is null, MessageKind.State));
        return ValueTask.CompletedTask;
    }

    /// <summary>The broker was reached: everything is announced again, because it may have forgotten it.</summary>
    public void OnConnected() => Change(() =>
    {
        _isConnected = true;
        _plan.OnConnected(Now);
    });

    /// <summary>
    /// The broker is gone. Only what cannot wait is sent meanwhile: a queue that keeps only the latest would swallow the step that removes
    /// an entity.
    /// </summary>
    public void OnDisconnected() => Change(() =>
    {
        _isConnected = false;
        _plan.OnDisconnected();
        _listening.Cancel();
    });

    /// <summary>A message on <see cref="StatusTopic"/>.</summary>
    public void OnStatusMessage(string payload) => Change(() => _plan.OnStatus(payload, Now));

    /// <summary>A message on a topic of <see cref="OwnTopicFilter"/>.</summary>
    public void OnOwnTopicMessage(string topic, string payload, bool isRetained) => Change(() => _plan.OnDiscoveryTopic(topic, payload, isRetained, Now));

    /// <summary>A message on a topic of <see cref="TopicWanted"/>.</summary>
    public void OnWantedMessage(string topic, string payload, bool isRetained) => Change(() => _plan.OnWanted(topic, payload, isRetained, Now));

    /// <summary>A message on <see cref="CommandTopic"/>. A retained one would be obeyed again at each start, so it is not obeyed at all.</summary>
    public void OnCommand(string command, bool isRetained)
    {
        if (isRetained || command.Length == 0) return;
        if (command == BridgeCommand.Announce) Change(() => _plan.Announce(Now));
        else if (command == BridgeCommand.States) StatesWanted?.Invoke();
        else if (BridgeCommand.IdentityToForget(command) is { } identity)
        {
            Change(() => Forget(identity));
            // Who asks may have emptied the values as well; those of a meter that still sends must not be missing until they change.
            StatesWanted?.Invoke();
        }
        else _logger.LogWarning("'{Topic}' takes 'announce', 'states' and 'forget' with an equipment identifier; something else was sent there and is ignored", CommandTopic);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _timer.Dispose();
    }

    void Forget(string identity)
    {
        if (!_plan.Forget(identity)) _logger.LogInformation("Home Assistant: there is no meter '{Identity}' to forget", identity);
    }

    List<(string Topic, string? Payload)> DueAttributes(MeterSnapshot snapshot)
    {
        lock (_gate)
            return [.. _attributes.Decide(snapshot, Now)];
    }

    void Change(Action change)
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            change();
            SetTimer();
        }
        TellWanted();
    }

    /// <summary>Outside the lock: who subscribes may hear something at once.</summary>
    void TellWanted()
    {
        while (true)
        {
            string? topic;
            lock (_gate)
                topic = _plan.TakeWanted();
            if (topic is null) return;
            TopicWanted?.Invoke(topic);
        }
    }

    void SendDue()
    {
        var (states, unretained) = (false, false);
        lock (_gate)
        {
            if (!_isDisposed) (states, unretained) = Publish();
            SetTimer();
        }
        // Values that are not retained either are as new to Home Assistant as after its start.
        if (states || (unretained && !_retain)) StatesWanted?.Invoke();
        else if (unretained) UnretainedWanted?.Invoke();
    }

    /// <summary>Sends what is due and tells what must follow.</summary>
    (bool States, bool Unretained) Publish()
    {
        var batch = _isConnected ? _plan.TakeDue(Now) : new DiscoveryBatch(_plan.TakeUrgent(Now, isConnected: false), IsAfterBirth: false);
        _owesStates |= batch.IsAfterBirth;
        var isListenedTo = _listening.Take(Now);
        _owesUnretained |= isListenedTo;
        if (batch.IsAfterBirth || (isListenedTo && !_retain)) _attributes.Reset();
        try
        {
            foreach (var message in batch.Messages)
                _publish(new MqttPublication(message.Topic, message.Payload, Retain: true, MessageKind.Control));
        }
        catch
        {
            // What was taken from the plan may not have been sent.
            _plan.PutBack(batch.Messages);
            _plan.OnConnected(Now);
            _timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            throw;
        }
        if (_isConnected && batch.Messages.Any(static message => message.Payload is not null)) _listening.Announced(Now);
        if (batch.Messages.Count > 0) _memory?.Write(_builder.BridgeState, _plan.Announced);
        if (!_isConnected) return default;
        var owed = (_owesStates, _owesUnretained);
        (_owesStates, _owesUnretained) = (false, false);
        return owed;
    }

    void SetTimer()
    {
        if (_isDisposed) return;
        var next = _listening.At is { } listensAt && !(_plan.NextDue <= listensAt) ? listensAt : _plan.NextDue;
        var wait = next - Now is { } time ? (time > TimeSpan.Zero ? time : TimeSpan.Zero) : Timeout.InfiniteTimeSpan;
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
