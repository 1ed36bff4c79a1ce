using System.CommandLine;
using System.Text;
using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary><c>p1bridge mqtt pub</c>: publishes a message, or each line of standard input.</summary>
static class PublishCommand
{
    public static Command Create()
    {
        var connection = new ConnectionArguments();
        var topic = new Option<string>("--topic", "-t") { Description = "Topic to publish to", HelpName = "TOPIC", Required = true };
        var quality = ConnectionArguments.Whole("--qos", "-q", 0, 2, "Quality of service (default: 0)", "0|1|2");
        var retain = new Option<bool>("--retain", "-r") { Description = "The broker keeps it as the topic's last value" };
        var message = ConnectionArguments.Text("--message", "-m", "The payload", "TEXT");
        var nothing = new Option<bool>("--null-message", "-n") { Description = "An empty payload; with -r it erases what is retained" };
        var lines = new Option<bool>("--stdin-line", "-l") { Description = "Each line of standard input is a message" };
        var command = new Command("pub", "Publish a message") { topic, quality, retain, message, nothing, lines };
        connection.AddTo(command);
        command.Validators.Add(result =>
        {
            var payloads = new Option[] { message, nothing, lines }.Count(option => result.GetResult(option) is { Implicit: false });
            if (payloads != 1) result.AddError("Give one of -m TEXT, -n (nothing) and -l (lines of standard input).");
        });
        command.SetAction((result, _) =>
        {
            if (connection.Read(result) is not { } settings) return Task.FromResult(ExitCodes.Usage);
            var pattern = connection.Properties.ApplyTo(
                new MqttMessage(result.GetRequiredValue(topic), Encoding.UTF8.GetBytes(result.GetValue(message) ?? ""))
                {
                    QualityOfService = (MqttQualityOfService)(result.GetValue(quality) ?? 0), Retain = result.GetValue(retain),
                },
                "publish");
            return RunAsync(settings, pattern, result.GetValue(lines));
        });
        return command;
    }

    static async Task<int> RunAsync(LinkSettings settings, MqttMessage pattern, bool fromInput)
    {
        if (MqttTopic.NameError(pattern.Topic) is { } error)
        {
            CommandLink.Say($"'{pattern.Topic}' is no topic to publish to: {error}.");
            return ExitCodes.Usage;
        }
        using var interruption = new Interruption();
        await using var link = new CommandLink(settings);
        var publisher = new Publisher(link);
        try
        {
            if (!await link.ConnectAsync(interruption.Token)) return ExitCodes.Failed;
            var messages = fromInput ? LinesAsync(pattern, interruption.Token) : One(pattern);
            var isDone = await publisher.PublishAsync(messages, interruption.Token);
            await link.DisconnectAsync();
            return isDone ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await link.DisconnectAsync();
            return interruption.ExitCode;
        }
    }

    static async IAsyncEnumerable<MqttMessage> One(MqttMessage message)
    {
        await Task.CompletedTask;
        yield return message;
    }

    static async IAsyncEnumerable<MqttMessage> LinesAsync(
        MqttMessage pattern, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in InputLines.ReadAsync(Console.OpenStandardInput(), cancellation))
            yield return pattern with { Payload = line };
    }
}
