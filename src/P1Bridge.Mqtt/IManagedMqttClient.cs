namespace P1Bridge.Mqtt;

/// <summary>
/// A client that stays connected: it queues, reconnects with growing waits, restores subscriptions and retained messages, and
/// reports what it does. Messages are raised one at a time and so are all other events, off the network loops; a handler that
/// throws is counted, not fatal.
/// </summary>
public interface IManagedMqttClient : IAsyncDisposable
{
    /// <summary>The state changed.</summary>
    event EventHandler<ManagedMqttStatus>? StatusChanged;

    /// <summary>A connection stands and subscriptions are in place; raised at each connect. Enqueue the birth messages here.</summary>
    event EventHandler<MqttOnline>? Online;

    /// <summary>A message arrived.</summary>
    event EventHandler<MqttMessage>? MessageReceived;

    /// <summary>The broker does not take this message (<see cref="MqttOutcome.Refused"/>); it is given up.</summary>
    event EventHandler<MqttRefusal>? MessageRefused;

    /// <summary>
    /// The disk does not take the journal any more (<see cref="MqttJournalHealth.MemoryOnlySince"/>), or takes it again. To be said
    /// aloud: in the meantime History does not survive the process.
    /// </summary>
    event EventHandler<MqttJournalHealth>? JournalChanged;

    /// <summary>An event handler threw.</summary>
    event EventHandler<Exception>? HandlerFailed;

    /// <summary>The present state.</summary>
    ManagedMqttStatus Status { get; }

    /// <summary>Starts connecting and returns; it goes on until <see cref="StopAsync"/>. Once per object.</summary>
    /// <exception cref="ArgumentException">An option cannot work; the text names it.</exception>
    Task StartAsync(ManagedMqttClientOptions options);

    /// <summary>
    /// Queues a message without waiting; false when it was dropped at once (<see cref="ManagedMqttHealth.Outcomes"/> counts why). Order
    /// holds per topic, and over all of History. <see cref="MqttMessage.Expiry"/> counts from now, over the end of the process too; what has
    /// expired is not sent, and what is sent carries the rest.
    /// </summary>
    /// <param name="message">What to publish.</param>
    /// <param name="delivery">What it is worth while the broker is away.</param>
    /// <exception cref="ArgumentException">Topic, QoS or a property is not valid.</exception>
    bool Enqueue(MqttMessage message, MqttDelivery delivery);

    /// <summary>
    /// As <see cref="Enqueue"/>, but History that finds no room under <see cref="MqttHistoryOverflow.Block"/> waits for it, in turn. Completes
    /// when the message is queued (true) or dropped (false, also when cancelled or stopped), never later, and never faults.
    /// </summary>
    /// <exception cref="ArgumentException">Topic, QoS or a property is not valid; thrown at once.</exception>
    Task<bool> OfferAsync(MqttMessage message, MqttDelivery delivery, CancellationToken cancellationToken = default);

    /// <summary>
    /// Queues a message before it returns; the task completes with what became of it, and never faults. History that finds no room
    /// under <see cref="MqttHistoryOverflow.Block"/> waits for it, until it is cancelled.
    /// </summary>
    /// <exception cref="ArgumentException">Topic, QoS or a property is not valid; thrown at once.</exception>
    Task<MqttResult> EnqueueAsync(MqttMessage message, MqttDelivery delivery, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when all History enqueued before is in the journal, as far as <see cref="ManagedMqttClientOptions.JournalFlush"/> promises
    /// (true), or in memory only, because there is no journal or the disk does not take it (false). Never faults.
    /// </summary>
    Task<bool> FlushAsync();

    /// <summary>Adds to the wanted subscriptions and returns; they are restored at each connect, and refused ones tried again later.</summary>
    /// <exception cref="ArgumentException">A filter is not valid.</exception>
    Task SubscribeAsync(params IReadOnlyList<MqttSubscription> subscriptions);

    /// <summary>Takes filters out of the wanted subscriptions and returns.</summary>
    Task UnsubscribeAsync(params IReadOnlyList<string> filters);

    /// <summary>Counters and figures at this moment.</summary>
    ManagedMqttHealth GetHealth();

    /// <summary>
    /// Stops: no more intake, drains for at most <paramref name="drainTimeout"/>, sends <paramref name="lastMessages"/> in at most
    /// two seconds, says DISCONNECT and closes. Without connection there is nothing to wait for. When the last messages did not
    /// get through, the connection is cut instead, so that the broker publishes the will. Takes <paramref name="drainTimeout"/>
    /// and about four seconds at most; cancelling ends it at once.
    /// </summary>
    Task StopAsync(TimeSpan drainTimeout, IReadOnlyList<MqttMessage>? lastMessages = null, CancellationToken cancellationToken = default);
}
