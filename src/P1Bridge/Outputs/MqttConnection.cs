using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;
using P1Bridge.Mqtt;

namespace P1Bridge.Outputs;

/// <summary>
/// The one connection to the broker that all outputs share, and the only file that knows the MQTT client: another client takes its place
/// by rewriting this file. Its will is <c>offline</c> on <c>bridge/state</c>; says "down" once and "up" once. An observer only listens: it
/// has neither will nor goodbye.
/// </summary>
sealed class MqttConnection : IAsyncDisposable
{
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    readonly ManagedMqttClient _client;
    readonly MqttOptions _options;
    readonly Topics _topics;
    readonly ILogger _log;
    readonly bool _isObserver;
    readonly string _observerName;
    readonly string? _journalDirectory;
    readonly SessionMark? _session;
    readonly ConnectionLog _words;
    readonly List<(string Filter, Action<MqttArrival> Handler)> _handlers = [];
    readonly HashSet<string> _refused = [];

    /// <param name="options">Broker and login.</param>
    /// <param name="topics">The bridge's own topics.</param>
    /// <param name="time">For waits.</param>
    /// <param name="log">Told when the broker goes and comes.</param>
    /// <param name="isObserver">Only listens.</param>
    /// <param name="observerName">Tells several observers of one program apart.</param>
    /// <param name="journalDirectory">Where history waits for a broker that is away; null: in memory.</param>
    /// <param name="sessionFile">Where it is noted that the broker keeps the session; null: nowhere.</param>
    public MqttConnection(
        MqttOptions options, Topics topics, TimeProvider time, ILogger log, bool isObserver = false, string observerName = "", string? journalDirectory = null,
        string? sessionFile = null)
    {
        _journalDirectory = journalDirectory;
        (_options, _topics, _log, _isObserver, _observerName) = (options, topics, log, isObserver, observerName);
        _words = new ConnectionLog(Endpoint, ClientId, time, log);
        if (sessionFile is not null && KeepsSession) _session = new SessionMark(sessionFile, $"{Endpoint} {ClientId}");
        _client = new ManagedMqttClient(time: time);
        _client.StatusChanged += (_, status) => Report(status);
        _client.Online += (_, online) =>
        {
            _session?.Note(online.KeepsSession);
            foreach (var notice in isObserver ? [] : online.Notices)
                _words.Notice(notice);
            Online?.Invoke();
        };
        _client.MessageReceived += (_, message) => Dispatch(message);
        _client.MessageRefused += (_, refusal) => log.LogWarning("The broker does not take {Topic}: {Reason}", refusal.Topic, refusal.Reason);
        _client.JournalChanged += (_, journal) => Report(journal);
        _client.HandlerFailed += (_, exception) => log.LogError("A message from the broker could not be handled: {Reason}", exception.Message);
    }

    /// <summary>A connection stands and subscriptions are in place; after each reconnect too.</summary>
    public event Action? Online;

    /// <summary>The connection is gone.</summary>
    public event Action? Offline;

    /// <summary>Where it connects, without secrets.</summary>
    public string Endpoint => $"{_options.Host}:{_options.Port}";

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Fault => _words.Fault;

    /// <summary>The kind of the last fault, for programs: <c>network</c>, <c>timeout</c>, <c>tls</c>, <c>refused</c>, <c>protocol</c>, <c>configuration</c>.</summary>
    public string? FaultKind { get; private set; }

    /// <summary>Whether the broker has us.</summary>
    public bool IsOnline => _client.Status.State == ManagedMqttState.Online;

    /// <summary>What the client is doing, in one word.</summary>
    public string State => _client.Status.State.ToString().ToLowerInvariant();

    /// <summary>Filters that the broker does not let us read.</summary>
    public IReadOnlyList<string> RefusedSubscriptions => _client.GetHealth().RefusedSubscriptions;

    /// <summary>Calls <paramref name="handler"/> for each message that <paramref name="filter"/> covers; after <see cref="StartAsync"/>.</summary>
    public async Task SubscribeAsync(string filter, Action<MqttArrival> handler)
    {
        lock (_handlers) _handlers.Add((filter, handler));
        await _client.SubscribeAsync(new MqttSubscription(filter));
    }

    /// <summary>Starts connecting and returns.</summary>
    public Task StartAsync()
    {
        if (_options.Tls.Insecure) _log.LogWarning("mqtt.tls.insecure is on: anyone on the way to the broker at {Endpoint} can read and change everything", Endpoint);
        try
        {
            return _client.StartAsync(ClientOptionsOf());
        }
        catch (ArgumentException exception)
        {
            // The client is stricter than the configuration's own checks; to the user it is all one.
            throw new ConfigurationException([$"mqtt: {InWordsOfTheConfiguration(exception.Message)}"]);
        }
    }

    /// <summary>Queues a message; never waits.</summary>
    public void Publish(MqttPublication publication)
    {
        if (!IsRefused(publication)) _client.Enqueue(MessageOf(publication), DeliveryOf(publication.Kind));
    }

    /// <summary>Queues a record; where the configuration lets nothing be dropped, it waits for room.</summary>
    public Task RecordAsync(MqttPublication publication, CancellationToken cancellation)
        => IsRefused(publication) ? Task.CompletedTask : _client.OfferAsync(MessageOf(publication), MqttDelivery.History, cancellation);

    MqttMessage MessageOf(MqttPublication publication) => Message(publication.Topic, publication.Payload ?? "", publication.Retain, Quality(publication));

    static MqttDelivery DeliveryOf(MessageKind kind) => kind switch
    {
        MessageKind.Control => MqttDelivery.Control,
        MessageKind.State => MqttDelivery.State,
        MessageKind.History => MqttDelivery.History,
        _ => MqttDelivery.Live,
    };

    bool IsRefused(MqttPublication publication)
    {
        if (_options.Profile != BrokerProfile.AwsIot || AwsIotLimits.Problem(publication) is not { } problem) return false;
        Refuse(publication.Topic, problem);
        return true;
    }

    /// <summary>Said once for each topic; the meter's data do not get smaller with the next telegram.</summary>
    void Refuse(string topic, string problem)
    {
        lock (_refused)
        {
            if (!_refused.Add(topic)) return;
        }
        _log.LogWarning("{Topic} is not published: {Reason}", topic, problem);
    }

    /// <summary>A retained value is kept and sent again after each lost connection; an acknowledgement of its own would be one too many.</summary>
    MqttQualityOfService Quality(MqttPublication publication) => publication switch
    {
        { Kind: MessageKind.Live } => MqttQualityOfService.AtMostOnce,
        { Kind: MessageKind.State, Retain: true, Payload: not null } => (MqttQualityOfService)_options.ValueQualityOfService,
        _ => MqttQualityOfService.AtLeastOnce,
    };

    /// <summary>Sends what waits, says offline and goes; bounded. Without <paramref name="leavesState"/> nothing stays that says so.</summary>
    public Task StopAsync(CancellationToken cancellation, bool leavesState = true)
    {
        IReadOnlyList<MqttMessage> goodbye = leavesState ? [StateMessage(Topics.Offline)] : [StateMessage(Topics.Offline), StateMessage("")];
        return _client.StopAsync(DrainTimeout, _isObserver ? null : goodbye, cancellation);
    }

    /// <summary>Writes the figures of the connection as JSON properties.</summary>
    public void WriteHealth(Utf8JsonWriter json)
    {
        var health = _client.GetHealth();
        json.WriteBoolean("connected", health.IsConnected);
        json.WriteString("state", State);
        json.WriteNumber("connects", health.Connects);
        json.WriteStartObject("failures");
        foreach (var (failure, count) in health.Failures)
            json.WriteNumber(Name(failure), count);
        json.WriteEndObject();
        json.WriteStartObject("reconnects");
        foreach (var (failure, count) in health.Reconnects)
            json.WriteNumber(Name(failure), count);
        json.WriteEndObject();
        json.WriteNumber("queued", health.Queued);
        json.WriteNumber("queued_bytes", health.QueuedBytes);
        json.WriteNumber("oldest_age_seconds", Math.Round(health.OldestAge.TotalSeconds, 1));
        json.WriteNumber("in_flight", health.InFlight);
        json.WriteNumber("kept", health.Kept);
        if (health.HandlerFaults > 0) json.WriteNumber("handler_faults", health.HandlerFaults);
        json.WriteStartObject("messages");
        foreach (var (outcome, count) in health.Outcomes)
            json.WriteNumber(Name(outcome), count);
        json.WriteEndObject();
        if (health.LastAcknowledgementLatency is { } latency) json.WriteNumber("acknowledgement_milliseconds", Math.Round(latency.TotalMilliseconds, 1));
        json.WriteStartArray("refused_subscriptions");
        foreach (var filter in health.RefusedSubscriptions)
            json.WriteStringValue(filter);
        json.WriteEndArray();
        if (_journalDirectory is not null) WriteHistory(json, health);
    }

    static void WriteHistory(Utf8JsonWriter json, ManagedMqttHealth health)
    {
        json.WriteStartObject("history");
        json.WriteNumber("queued", health.QueuedHistory);
        json.WriteNumber("queued_bytes", health.QueuedHistoryBytes);
        json.WriteNumber("disk_bytes", health.Journal.Bytes);
        json.WriteBoolean("on_disk", health.Journal.MemoryOnlySince is null);
        if (health.Journal.MemoryOnlyReason is { } reason) json.WriteString("fault", reason);
        if (health.Journal.Damaged > 0) json.WriteNumber("damaged", health.Journal.Damaged);
        json.WriteEndObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _words.Dispose();
    }

    /// <summary>An observer never takes the configured name: two connections with one name drive each other out.</summary>
    string ClientId => _isObserver ? ClientIdentifier.Derive(Environment.MachineName, $"{_topics.Base} observer {Environment.ProcessId} {_observerName}")
        : _options.ClientId.Length > 0 ? _options.ClientId : ClientIdentifier.Derive(Environment.MachineName, _topics.Base);

    /// <summary>All options of the client, for this broker.</summary>
    internal ManagedMqttClientOptions ClientOptionsOf() => new()
    {
        Client = ClientOptions(),
        MaximumHistoryMessages = _options.History.MaximumMessages,
        MaximumHistoryBytes = _options.History.MaximumMegabytes * 1024L * 1024L,
        // The same names in the same order.
        HistoryOverflow = (MqttHistoryOverflow)_options.History.Overflow,
        MaximumRate = _options.Rate,
        MaximumByteRate = _options.RateKilobytes * 1024L,
        HistoryDrainRate = _options.History.Rate,
        JournalDirectory = _journalDirectory,
        JournalFlush = _options.History.Flush switch
        {
            HistoryFlush.EverySecond => MqttJournalFlush.EverySecond,
            HistoryFlush.OperatingSystem => MqttJournalFlush.OperatingSystem,
            _ => MqttJournalFlush.EveryBatch,
        },
    };

    /// <summary>An observer comes and goes; nothing shall be kept for it.</summary>
    bool KeepsSession => !_isObserver && _options.SessionExpiry > TimeSpan.Zero;

    MqttClientOptions ClientOptions() => new()
    {
        Host = _options.Host,
        Port = _options.Port,
        ProtocolVersion = _options.Version switch
        {
            MqttVersion.V311 => MqttProtocolVersion.V311,
            MqttVersion.V5 => MqttProtocolVersion.V5,
            _ => MqttProtocolVersion.Automatic,
        },
        WebSocketPath = OrNull(_options.WebSocketPath),
        CleanSession = !KeepsSession,
        SessionKnown = _session is { IsSet: true },
        SessionExpiry = !KeepsSession ? null : TimeSpan.FromSeconds(Math.Ceiling(_options.SessionExpiry.TotalSeconds)),
        ClientId = ClientId,
        // A password cannot be sent without a user, but with an empty one (MQTT 3.1.1 section 3.1.2.9).
        UserName = _options.User.Length > 0 || _options.Password.IsSet ? _options.User : null,
        Password = _options.Password.IsSet ? _options.Password.Reveal() : null,
        // On the wire it is a number of seconds.
        KeepAlive = TimeSpan.FromSeconds(Math.Ceiling(_options.KeepAlive.TotalSeconds)),
        ConnectTimeout = _options.ConnectTimeout,
        // The values of a telegram come one right after the other; waiting by the clock would only make them late. Those that are
        // acknowledged take longer to hand over, and would leave in many small segments.
        WriteLinger = _options.ValueQualityOfService == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1),
        Will = _isObserver ? null : StateMessage(Topics.Offline),
        Tls = _options.Tls.Enabled ? Tls(_options.Tls) : null,
    };

    static MqttTlsOptions Tls(TlsOptions options) => new()
    {
        CertificateAuthorityFile = OrNull(options.CaFile),
        ClientCertificateFile = OrNull(options.CertFile),
        ClientKeyFile = OrNull(options.KeyFile),
        ClientKeyPassword = options.KeyPassword.IsSet ? options.KeyPassword.Reveal() : null,
        ServerName = OrNull(options.ServerName),
        ApplicationProtocols = options.Alpn.Length > 0 ? [options.Alpn] : [],
        Insecure = options.Insecure,
    };

    static string? OrNull(string text) => text.Length > 0 ? text : null;

    MqttMessage StateMessage(string payload) => Message(_topics.BridgeState, payload, retain: true, MqttQualityOfService.AtLeastOnce);

    static MqttMessage Message(string topic, string payload, bool retain, MqttQualityOfService quality)
        => new(topic, Encoding.UTF8.GetBytes(payload)) { Retain = retain, QualityOfService = quality };

    void Dispatch(MqttMessage message)
    {
        var arrival = new MqttArrival(message.Topic, message.Payload, message.Retain);
        List<Action<MqttArrival>> handlers;
        lock (_handlers) handlers = [.. _handlers.Where(pair => MqttTopic.Matches(pair.Filter, message.Topic)).Select(static pair => pair.Handler)];
        foreach (var handler in handlers)
            handler(arrival);
    }

    /// <summary>The client speaks of its own options; the user knows them by their keys.</summary>
    static string InWordsOfTheConfiguration(string reason) => reason
        .Replace(nameof(MqttTlsOptions.CertificateAuthorityFile), "mqtt.tls.ca_file", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientCertificateFile), "mqtt.tls.cert_file", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientKeyFile), "mqtt.tls.key_file", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientKeyPassword), "mqtt.tls.key_password", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ServerName), "mqtt.tls.server_name", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ApplicationProtocols), "mqtt.tls.alpn", StringComparison.Ordinal)
        .Replace(nameof(MqttClientOptions.ProtocolVersion), "mqtt.version", StringComparison.Ordinal)
        .Replace("another client identifier", "another mqtt.client_id", StringComparison.Ordinal);

    void Report(ManagedMqttStatus status)
    {
        if (status.State == ManagedMqttState.Online) _words.Up();
        if (status.State is not (ManagedMqttState.Backoff or ManagedMqttState.StoodDown)) return;
        FaultKind = status.Failure is { } failure ? Name(failure) : null;
        _words.Down(InWordsOfTheConfiguration(status.Reason), status.Failure == MqttFailure.Evicted, status.IsConfigurationProblem);
        // Last, so that who hears of it finds the reason.
        Offline?.Invoke();
    }

    void Report(MqttJournalHealth journal)
    {
        if (journal.MemoryOnlyReason is { } reason) _log.LogError("History is kept in memory only and would not survive a restart: {Reason}", reason);
        else _log.LogInformation("History is kept on disk again");
    }

    /// <summary>An enumeration's name in JSON: <c>QueueFull</c> becomes <c>queue_full</c>.</summary>
    static string Name<T>(T value) where T : struct, Enum
        => string.Concat(value.ToString().Select(static (letter, i) => char.IsUpper(letter) ? $"{(i > 0 ? "_" : "")}{char.ToLower(letter, CultureInfo.InvariantCulture)}" : $"{letter}"));
}
