namespace P1Bridge.Mqtt;

/// <summary>
/// A link to one broker: connects when told to, stays up until it breaks, and says so. It never reconnects by itself.
/// After it has closed, <see cref="ConnectAsync"/> may be called again.
/// </summary>
public interface IMqttLink : IAsyncDisposable
{
    /// <summary>
    /// A message arrived. Raised one at a time, in order, off the network loops; while a handler takes its time, at most a
    /// bounded number of further messages waits and then the broker is not read any more.
    /// </summary>
    event EventHandler<MqttMessage>? MessageReceived;

    /// <summary>An established connection ended. Raised once per successful <see cref="ConnectAsync"/>.</summary>
    event EventHandler<MqttClosed>? Closed;

    /// <summary>
    /// True when the session outlives the connection: messages that were not acknowledged before the connection broke are sent again by the
    /// next <see cref="ConnectAsync"/>, with DUP and the same packet identifier if the broker has kept the session too; their <see cref="PublishAsync"/> then simply goes on waiting. False
    /// when such calls fail at the break.
    /// </summary>
    bool ResendsUnacknowledged { get; }

    /// <summary>Opens the connection and waits for the broker's answer. A refusal is a result; everything else that fails throws.</summary>
    /// <exception cref="MqttException">No connection: network, time-out, TLS, protocol or configuration.</exception>
    Task<MqttConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a message; messages leave in the order of the calls. Completes when a QoS 0 message is written, or a QoS 1 or 2
    /// message acknowledged; further ones wait while the broker allows no more under way. Cancelling ends the waiting, not the message. A message that the broker does not take is a result.
    /// </summary>
    /// <exception cref="ArgumentException">Topic, QoS or a property is not valid.</exception>
    /// <exception cref="MqttException">There is no connection, or it broke before the acknowledgement.</exception>
    Task<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a message with QoS 0 without waiting and without a task of its own: the way for many. In order with the calls of
    /// <see cref="PublishAsync"/>. False when there is no connection, more than 128 KiB wait to be written
    /// (<see cref="FlushAsync"/> then waits until they are), or the message is larger than what the broker takes.
    /// </summary>
    /// <exception cref="ArgumentException">Topic or a property is not valid, or the QoS is not 0.</exception>
    bool TryPublish(MqttMessage message);

    /// <summary>Completes when everything that was sent before the call is handed to the operating system.</summary>
    /// <exception cref="MqttException">There is no connection, or it broke.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Subscribes; one result per filter, in order.</summary>
    /// <exception cref="ArgumentException">No filter, or one that is not valid.</exception>
    /// <exception cref="MqttException">There is no connection, or it broke before the answer.</exception>
    Task<IReadOnlyList<MqttFilterResult>> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken = default);

    /// <summary>Ends subscriptions; one result per filter, in order.</summary>
    /// <exception cref="ArgumentException">No filter, or one that is not valid.</exception>
    /// <exception cref="MqttException">There is no connection, or it broke before the answer.</exception>
    Task<IReadOnlyList<MqttFilterResult>> UnsubscribeAsync(
        IReadOnlyList<string> filters, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says DISCONNECT (the broker then discards the will) and closes. Takes at most about two seconds; does nothing when not connected.
    /// </summary>
    Task DisconnectAsync(CancellationToken cancellationToken = default);
}
