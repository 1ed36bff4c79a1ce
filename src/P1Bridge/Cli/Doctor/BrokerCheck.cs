using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Outputs;

namespace P1Bridge.Cli.Doctor;

/// <summary>Connects to the broker as an observer: nothing is published, and a running bridge is not disturbed.</summary>
static class BrokerCheck
{
    /// <summary>Connects once and says how that went.</summary>
    public static async Task<CheckResult> RunAsync(BridgeOptions options, TimeProvider time, CancellationToken cancellation)
    {
        if (options.Mqtt.Host.Length == 0)
            return new CheckResult("broker", CheckStatus.Skipped, "No broker is configured: set mqtt.host, or try one with --broker HOST.");
        await using var connection = new MqttConnection(options.Mqtt, new Topics(options.Mqtt.BaseTopic), time, NullLogger.Instance, isObserver: true);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Online += () => answered.TrySetResult();
        connection.Offline += () => answered.TrySetResult();
        try
        {
            await connection.StartAsync();
            // Each attempt ends by itself at the connect timeout.
            await answered.Task.WaitAsync(cancellation);
            return Describe(options.Mqtt, connection);
        }
        catch (ConfigurationException exception)
        {
            return new CheckResult("broker", CheckStatus.Problem, exception.Message) { Finding = "broker_configuration" };
        }
        finally
        {
            await connection.StopAsync(CancellationToken.None);
        }
    }

    static CheckResult Describe(MqttOptions options, MqttConnection connection)
    {
        var user = options.User.Length > 0 ? $"user {options.User}" : "a client without user name";
        if (connection.Fault is not { } fault) return new CheckResult("broker", CheckStatus.Ok, $"{connection.Endpoint} accepts {user}{(options.Tls.Enabled ? ", encrypted" : "")}.");
        var text = fault.Contains(connection.Endpoint, StringComparison.Ordinal) ? fault : $"{connection.Endpoint}: {fault}";
        return new CheckResult("broker", CheckStatus.Problem, text) { Finding = $"broker_{connection.FaultKind}", Advice = Advice(options, connection.FaultKind) };
    }

    static IReadOnlyList<string> Advice(MqttOptions options, string? kind) => kind switch
    {
        "refused" => ["Set mqtt.user and mqtt.password (or mqtt.password_file) to what the broker knows. In Home Assistant's Mosquitto add-on that is a Home Assistant user or one of its 'logins'."],
        "tls" => ["The certificate of the broker's own authority goes into mqtt.tls.ca_file.",
            "mqtt.host must be a name that stands in the broker's certificate.",
            "Check the clock of this machine: certificates are valid for a period."],
        "network" or "timeout" =>
        [
            $"Is the broker running, and is {options.Host} its name or address? Try: ping {options.Host}",
            $"Does it listen on port {options.Port} for other machines too, and does no firewall stand between? Mosquitto without a 'listener' line serves its own machine only.",
            options.Tls.Enabled ? "TLS is on; its port is mostly 8883." : "Without TLS the port is mostly 1883.",
        ],
        "protocol" => [$"Is port {options.Port} really the broker's MQTT port? Without TLS it is mostly 1883, with TLS 8883."],
        _ => [],
    };
}
