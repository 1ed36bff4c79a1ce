using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Outputs;

namespace P1Bridge.Cli.Doctor;

/// <summary>Connects to a broker as an observer: nothing is published, and a running bridge is not disturbed.</summary>
/// <param name="options">The broker.</param>
/// <param name="isOneOfSeveral">Whether its name must be said.</param>
/// <param name="time">For waits.</param>
sealed class BrokerCheck(MqttOptions options, bool isOneOfSeveral, TimeProvider time)
{
    const string Check = "broker";

    /// <summary>What there is to say when no broker is configured.</summary>
    public static readonly CheckResult None = new(Check, CheckStatus.Skipped, "No broker is configured: set mqtt.host, or try one with --broker HOST.");

    /// <summary>How it is called in what is said.</summary>
    public string Title => isOneOfSeveral ? $"broker {options.Name}" : "broker";

    /// <summary>Connects once and says how that went.</summary>
    public async Task<CheckResult> RunAsync(CancellationToken cancellation)
    {
        await using var connection = new MqttConnection(options, new Topics(options.BaseTopic), time, NullLogger.Instance, isObserver: true);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Online += () => answered.TrySetResult();
        connection.Offline += () => answered.TrySetResult();
        try
        {
            await connection.StartAsync();
            // Each attempt ends by itself at the connect timeout.
            await answered.Task.WaitAsync(cancellation);
            return Describe(connection);
        }
        catch (ConfigurationException exception)
        {
            return Result(CheckStatus.Problem, exception.Message) with { Finding = "broker_configuration" };
        }
        finally
        {
            await connection.StopAsync(CancellationToken.None);
        }
    }

    CheckResult Describe(MqttConnection connection)
    {
        var user = options.User.Length > 0 ? $"user {options.User}" : "a client without user name";
        if (connection.Fault is not { } fault) return Result(CheckStatus.Ok, $"{connection.Endpoint} accepts {user}{(options.Tls.Enabled ? ", encrypted" : "")}.");
        var text = fault.Contains(connection.Endpoint, StringComparison.Ordinal) ? fault : $"{connection.Endpoint}: {fault}";
        return Result(CheckStatus.Problem, text) with { Finding = $"broker_{connection.FaultKind}", Advice = BrokerAdvice.For(options, connection.FaultKind, isOneOfSeveral) };
    }

    CheckResult Result(CheckStatus status, string text) => new(Check, status, text) { Broker = isOneOfSeveral ? options.Name : null };
}
