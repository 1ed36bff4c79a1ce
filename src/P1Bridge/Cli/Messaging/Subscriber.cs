using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary>When <c>mqtt sub</c> ends by itself.</summary>
/// <param name="Count">After so many messages; null: does not matter.</param>
/// <param name="Seconds">After so many seconds; null: does not matter.</param>
/// <param name="AfterAnswer">When the broker has answered the subscriptions.</param>
sealed record SubscriberLimits(int? Count, int? Seconds, bool AfterAnswer);

/// <summary>Subscribes on each connection, and waits for the end.</summary>
sealed class Subscriber(CommandLink link, IReadOnlyList<MqttSubscription> subscriptions, SubscriberLimits limits, MessagePrinter printer)
{
    /// <summary>Runs on a connection that stands; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var timing = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timing.Token);
        if (limits.Seconds is { } seconds) timing.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return await RunUntilDoneAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is up. Whoever counts on messages that did not come should notice.
            return limits.Count is null ? ExitCodes.Done : ExitCodes.Failed;
        }
    }

    async Task<int> RunUntilDoneAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var isTaken = await TrySubscribeAsync(cancellation);
            if (isTaken == false) return ExitCodes.Failed;
            if (isTaken == true && limits.AfterAnswer) return ExitCodes.Done;
            await Task.WhenAny(printer.Done, link.Closed).WaitAsync(cancellation);
            if (printer.Done.IsCompleted)
            {
                await printer.Done;
                return ExitCodes.Done;
            }
            if (!await link.ReconnectAsync(cancellation)) return ExitCodes.Failed;
        }
    }

    /// <summary>True: at least one is granted; false: none; null: the connection was lost meanwhile.</summary>
    async Task<bool?> TrySubscribeAsync(CancellationToken cancellation)
    {
        try
        {
            var answers = await link.Client.SubscribeAsync(subscriptions, cancellation);
            foreach (var refused in answers.Where(static answer => !answer.Succeeded))
                CommandLink.Say($"The broker refuses '{refused.Filter}': {refused.Text ?? refused.ReasonCode.ToString()}.");
            return answers.Any(static answer => answer.Succeeded);
        }
        catch (MqttException)
        {
            // The closed connection has the reason.
            return null;
        }
    }
}
