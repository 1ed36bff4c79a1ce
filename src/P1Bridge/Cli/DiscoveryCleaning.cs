using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Cli;

/// <summary>
/// <c>p1bridge discovery --clear</c> and <c>--forget</c>: reads back what the broker retains of this bridge, and empties it. Connects as an
/// observer, so that a running bridge is not driven out.
/// </summary>
static class DiscoveryCleaning
{
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);

    /// <summary>A broker sends what it retains at once; after so long without a message it has sent all.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Empties everything, on each broker that an output uses; of a bridge that runs only the announcements.</summary>
    public static async Task<int> ClearAsync(BridgeOptions options)
    {
        var code = ExitCodes.Done;
        foreach (var broker in OutputTable.Brokers(options).Prepend(options.BrokerNamed(options.HomeAssistant.Broker)).Distinct())
        {
            // One that is away keeps nobody from cleaning the others.
            if (await WithBrokerAsync(options, broker, ClearAsync) != ExitCodes.Done) code = ExitCodes.Failed;
        }
        return code;
    }

    static async Task<int> ClearAsync(Session session)
    {
        var announcements = session.Left.Announcements;
        var isOnline = session.Left.IsBridgeOnline;
        var values = isOnline ? [] : session.Left.Values;
        await session.EmptyAsync([.. announcements, .. values]);
        Console.Error.WriteLine($"Taken back from {session.Endpoint}: {Counted.Of(announcements.Count, "announcement")}, {Counted.Of(values.Count, "value")}.");
        if (!isOnline) return ExitCodes.Done;
        Console.Error.WriteLine(
            "The bridge is running: its values stay, and it announces itself again when it, or Home Assistant, starts. To take everything back, stop it first.");
        return ExitCodes.Done;
    }

    /// <summary>Empties what is retained of one meter; a bridge that runs is told, so that it does not take this for a deletion by Home Assistant.</summary>
    public static Task<int> ForgetAsync(BridgeOptions options, string identity) => WithBrokerAsync(options, options.BrokerNamed(options.HomeAssistant.Broker), async session =>
    {
        if (session.Left.AnnouncementOf(identity) is not { } announcement)
        {
            var known = session.Left.Identities;
            Console.Error.WriteLine($"p1bridge: no meter '{identity}' is announced; " + (known.Count == 0 ? "there is none at all." : $"there are {string.Join(", ", known)}."));
            return ExitCodes.Failed;
        }
        var values = session.Left.ValuesOf(announcement);
        var isOnline = session.Left.IsBridgeOnline;
        var isAsked = isOnline && await session.AskAsync(BridgeCommand.Forget(identity), announcement);
        if (!isAsked) await session.EmptyAsync([announcement]);
        // The device first: Home Assistant warns of an empty time that it still listens to.
        await session.EmptyAsync(values);
        // The bridge says again what still holds; one that did not answer in time may just be slow.
        if (isOnline) await session.TellAsync(BridgeCommand.States);
        Console.Error.WriteLine($"Forgotten: {identity}, with {Counted.Of(values.Count, "value")}. A meter that still sends is announced again with its next telegram.");
        return ExitCodes.Done;
    });

    static async Task<int> WithBrokerAsync(BridgeOptions options, MqttOptions broker, Func<Session, Task<int>> work)
    {
        if (broker.Host.Length == 0) throw new ConfigurationException(["mqtt.host: missing; expected the name or address of the broker, such as broker.lan"]);
        var topics = new Topics(broker.BaseTopic);
        await using var connection = new MqttConnection(broker, topics, TimeProvider.System, NullLogger.Instance, isObserver: true, observerName: "discovery");
        var session = new Session(connection, topics, options.HomeAssistant.DiscoveryPrefix);
        try
        {
            if (await session.StartAsync()) return await work(session);
            Console.Error.WriteLine($"p1bridge: no connection to the broker at {connection.Endpoint}: {connection.Fault ?? "it does not answer."}");
            return ExitCodes.Failed;
        }
        finally
        {
            await connection.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>A connection on which everything of this bridge is heard.</summary>
    sealed class Session(MqttConnection connection, Topics topics, string prefix)
    {
        readonly Lock _gate = new();
        readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long _heardAt;

        /// <summary>Which broker it is.</summary>
        public string Endpoint => connection.Endpoint;

        public Leftovers Left { get; } = new(topics, prefix);

        /// <summary>Connects and reads back; false without a connection.</summary>
        public async Task<bool> StartAsync()
        {
            connection.Online += () => _answer.TrySetResult(true);
            connection.Offline += () => _answer.TrySetResult(false);
            await connection.StartAsync();
            await connection.SubscribeAsync($"{topics.Base}/#", Hear);
            await connection.SubscribeAsync($"{prefix}/device/+/config", Hear);
            try
            {
                if (!await _answer.Task.WaitAsync(ConnectLimit)) return false;
            }
            catch (TimeoutException)
            {
                return false;
            }
            await UntilQuietAsync();
            return true;
        }

        /// <summary>Empties topics and waits until the broker has passed that on.</summary>
        public async Task EmptyAsync(IReadOnlyCollection<string> retained)
        {
            foreach (var topic in retained)
                connection.Publish(new MqttPublication(topic, null, Retain: true, MessageKind.Control));
            if (retained.Count > 0) await UntilQuietAsync();
        }

        /// <summary>Asks the running bridge for something, and waits until it emptied the topic; false when it does not.</summary>
        public async Task<bool> AskAsync(string command, string announcement)
        {
            Publish(command);
            for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < AnswerLimit;)
            {
                await UntilQuietAsync();
                lock (_gate)
                {
                    if (!Left.Announcements.Contains(announcement)) return true;
                }
            }
            return false;
        }

        /// <summary>Asks the running bridge for something that no answer tells of.</summary>
        public Task TellAsync(string command)
        {
            Publish(command);
            return UntilQuietAsync();
        }

        void Publish(string command) => connection.Publish(new MqttPublication(topics.BridgeCommand, command, Retain: false, MessageKind.Control));

        async Task UntilQuietAsync()
        {
            Interlocked.Exchange(ref _heardAt, TimeProvider.System.GetTimestamp());
            while (TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _heardAt)) is var quiet && quiet < Quiet)
                await Task.Delay(Quiet - quiet);
        }

        /// <summary>A bridge that runs keeps sending; only what tells of retained messages counts.</summary>
        void Hear(MqttArrival arrival)
        {
            lock (_gate)
            {
                if (!arrival.IsRetained && arrival.Payload.Length > 0) return;
                Left.Hear(arrival.Topic, arrival.Text);
            }
            Interlocked.Exchange(ref _heardAt, TimeProvider.System.GetTimestamp());
        }
    }
}
