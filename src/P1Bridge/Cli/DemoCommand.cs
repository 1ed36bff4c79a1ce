using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Cli.Demo;
using P1Bridge.Configuration;
using P1Bridge.Outputs;
using Spectre.Console;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge demo</c>: a simulated meter, live in the terminal, on a private broker.</summary>
static class DemoCommand
{
    /// <summary>On a broker of the user's a real bridge may run below the usual one; the demo would mix its values with a made-up house's, and erase them at its end.</summary>
    const string SharedBaseTopic = "p1bridge_demo";

    static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan OnceLimit = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Run until every discovered entity has a value, print the retained topics, and end" };
        var broker = new Option<string?>("--broker", "-b") { Description = $"Use this broker instead of a private one, below the base topic {SharedBaseTopic}", HelpName = "HOST[:PORT]" };
        var seed = new Option<int>("--seed") { Description = "Which house", DefaultValueFactory = static _ => 1 };
        var speed = new Option<decimal>("--speed") { Description = "Simulated seconds per second", DefaultValueFactory = static _ => 1 };
        var language = new Option<string>("--language") { Description = "Names in discovery", DefaultValueFactory = static _ => "en", HelpName = "en|nl|fr|de" };
        var command = new Command("demo", "Show the bridge at work on a simulated meter") { once, broker, seed, speed, language };
        command.SetAction((result, _) => RunAsync(
            result.GetValue(broker), result.GetValue(once),
            string.Create(CultureInfo.InvariantCulture, $"meters.0.source=simulator:seed={result.GetValue(seed)},speed={result.GetValue(speed)}"),
            $"homeassistant.language={result.GetValue(language)}"));
        return command;
    }

    static async Task<int> RunAsync(string? broker, bool once, params string[] settings)
    {
        using var interruption = new Interruption();
        var state = Directory.CreateTempSubdirectory("p1bridge-demo-");
        try
        {
            await using var own = broker is null ? await PrivateBroker.StartAsync(interruption.Token) : null;
            interruption.EndingAtOnce += () =>
            {
                own?.EndAtOnce();
                Remove(state);
            };
            string[] address = broker is null ? [$"mqtt.host={PrivateBroker.Host}", $"mqtt.port={own!.Port}"] : [.. ConfigurationArguments.BrokerSettings(broker), $"mqtt.base_topic={SharedBaseTopic}"];
            // Nothing of the user's own configuration may leak into a demo; values move each second.
            var options = OptionsLoader.Load(null, new Dictionary<string, string>(), [
                .. settings, .. address, $"state_directory={state.FullName}", "publish.live.minimum_interval=1s", "publish.totals.minimum_interval=5s"], searchPaths: []).Options;
            return await ShowAsync(options, once, interruption);
        }
        catch (PrivateBrokerException exception)
        {
            Console.Error.WriteLine($"p1bridge: {exception.Message}");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    /// <summary>The bridge may be writing there at this moment; a small file left behind is no reason to stay.</summary>
    static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    static async Task<int> ShowAsync(BridgeOptions options, bool once, Interruption interruption)
    {
        var recorder = new DemoRecorder(TimeProvider.System);
        await using var bridge = new Bridge(options, CatalogueLoader.Load(), TimeProvider.System, NullLoggerFactory.Instance, [recorder]);
        bridge.Published += recorder.Note;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        var running = bridge.RunAsync(stop.Token);
        try
        {
            if (once) return await OnceAsync(bridge, recorder, options, stop.Token);
            if (Console.IsOutputRedirected) await LinesAsync(bridge, recorder, options, stop.Token);
            else await LiveAsync(bridge, recorder, options, stop.Token);
            return interruption.ExitCode;
        }
        finally
        {
            await stop.CancelAsync();
            await running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    static async Task LiveAsync(Bridge bridge, DemoRecorder recorder, BridgeOptions options, CancellationToken cancellation)
    {
        var console = Terminal.Create();
        Spectre.Console.Rendering.IRenderable View()
            => DemoView.Render(recorder.State(bridge, options.Mqtt.Host, options.Mqtt.Port), console.Profile.Width, console.Profile.Height - 1);
        console.Clear();
        await console.Live(View()).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            var size = (console.Profile.Width, console.Profile.Height);
            while (!cancellation.IsCancellationRequested)
            {
                // A terminal that was resized has moved the lines that would be drawn over.
                if (size != (console.Profile.Width, console.Profile.Height)) console.Clear();
                size = (console.Profile.Width, console.Profile.Height);
                live.UpdateTarget(View());
                await Task.Delay(Refresh, cancellation).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        });
    }

    /// <summary>Without a terminal there is no picture: a line each second.</summary>
    static async Task LinesAsync(Bridge bridge, DemoRecorder recorder, BridgeOptions options, CancellationToken cancellation)
    {
        Console.Out.WriteLine($"mosquitto_sub -h {options.Mqtt.Host} -p {options.Mqtt.Port} -t '{bridge.Topics.Base}/#' -v");
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            Console.Out.WriteLine(DemoLine.Of(recorder.State(bridge, options.Mqtt.Host, options.Mqtt.Port)));
        }
    }

    static async Task<int> OnceAsync(Bridge bridge, DemoRecorder recorder, BridgeOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OnceLimit);
        try
        {
            while (!recorder.IsComplete()) await Task.Delay(Refresh, limit.Token);
            // The health report is the one that nobody keeps: it has been seen going out.
            var kept = recorder.AnnouncedTopics().Where(topic => topic != bridge.Topics.BridgeHealth).ToHashSet();
            var retained = await ReadBackAsync(options, bridge.Topics, kept, limit.Token);
            foreach (var (topic, payload) in retained.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                Console.Out.WriteLine($"{topic} {payload}");
            var (devices, entities) = recorder.AnnouncedCounts();
            Console.Out.WriteLine($"{Counted.Of(retained.Count, "retained topic")}; {Counted.Of(devices, "device")} with {Counted.Of(entities, "entity", "entities")} announced, each entity has a value");
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine(bridge.Mqtt?.Fault is { } fault
                ? $"p1bridge: no connection to the broker at {bridge.Mqtt.Endpoint}: {fault}"
                : $"p1bridge: after {OnceLimit.TotalSeconds:0} s not every announced entity has a value.");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Asks the broker itself, over a connection of its own, until all <paramref name="wanted"/> topics came back retained.</summary>
    static async Task<Dictionary<string, string>> ReadBackAsync(BridgeOptions options, Topics topics, IReadOnlySet<string> wanted, CancellationToken cancellation)
    {
        var retained = new ConcurrentDictionary<string, string>();
        await using var observer = new MqttConnection(options.Mqtt, topics, TimeProvider.System, NullLogger.Instance, isObserver: true);
        await observer.StartAsync();
        foreach (var filter in (string[])[$"{topics.Base}/#", $"{options.HomeAssistant.DiscoveryPrefix}/device/+/config"])
        {
            await observer.SubscribeAsync(filter, arrival =>
            {
                if (arrival.IsRetained) retained[arrival.Topic] = arrival.Text;
            });
        }
        while (!wanted.All(retained.ContainsKey)) await Task.Delay(Refresh, cancellation);
        await observer.StopAsync(cancellation);
        return retained.ToDictionary();
    }
}
