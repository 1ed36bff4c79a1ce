using System.CommandLine;
using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary><c>p1bridge mqtt sub</c>: prints what arrives.</summary>
static class SubscribeCommand
{
    public static Command Create()
    {
        var connection = new ConnectionArguments();
        var topics = new Option<string[]>("--topic", "-t") { Description = "Topic filter; can be repeated", HelpName = "FILTER", Required = true };
        var quality = ConnectionArguments.Whole("--qos", "-q", 0, 2, "Highest quality of service (default: 0)", "0|1|2");
        var count = ConnectionArguments.Whole("--count", "-C", 1, int.MaxValue, "End after so many messages", "N");
        var seconds = ConnectionArguments.Whole("--timeout", "-W", 1, 1_000_000, "End after so many seconds; a failure when -C asks for more messages than came", "SECONDS");
        var exit = new Option<bool>("--exit", "-E") { Description = "End as soon as the broker has answered the subscriptions" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print the topic before each message" };
        var command = new Command("sub", "Print messages as they arrive") { topics, quality, count, seconds, exit, verbose };
        connection.AddTo(command);
        command.SetAction((result, _) =>
        {
            if (connection.Read(result) is not { } settings) return Task.FromResult(ExitCodes.Usage);
            var subscriptions = result.GetRequiredValue(topics)
                .Select(filter => connection.Properties.ApplyTo(new MqttSubscription(filter, (MqttQualityOfService)(result.GetValue(quality) ?? 0))));
            return RunAsync(settings, [.. subscriptions], new SubscriberLimits(result.GetValue(count), result.GetValue(seconds), result.GetValue(exit)), result.GetValue(verbose));
        });
        return command;
    }

    static async Task<int> RunAsync(LinkSettings settings, IReadOnlyList<MqttSubscription> subscriptions, SubscriberLimits limits, bool isVerbose)
    {
        foreach (var subscription in subscriptions)
        {
            if (MqttTopic.FilterError(subscription.Filter) is not { } error) continue;
            CommandLink.Say($"'{subscription.Filter}' is no topic filter: {error}.");
            return ExitCodes.Usage;
        }
        using var interruption = new Interruption();
        await using var link = new CommandLink(settings);
        var printer = new MessagePrinter(StandardOutput.Open(), isVerbose, limits.Count);
        link.Client.MessageReceived += (_, message) => printer.Print(message.Topic, message.Payload.Span);
        try
        {
            if (!await link.ConnectAsync(interruption.Token)) return ExitCodes.Failed;
            var code = await new Subscriber(link, subscriptions, limits, printer).RunAsync(interruption.Token);
            await link.DisconnectAsync();
            return code;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await link.DisconnectAsync();
            return interruption.ExitCode;
        }
    }
}
