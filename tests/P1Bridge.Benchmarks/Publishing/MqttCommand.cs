using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using P1Bridge.Mqtt;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary><c>mqtt</c>: the client against the wire and against other clients, on one mosquitto, in turn and in one run.</summary>
static class MqttCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "mqtt";

    const int Window = 40;
    const string Topic = "p1bridge/m/power_l1";
    static readonly byte[] Payload = "0001.234"u8.ToArray();

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds; the medians count", DefaultValueFactory = static _ => 5 };
        var count = new Option<int>("--messages") { Description = "Messages of quality 0 of a round; a fifth of it at quality 1", DefaultValueFactory = static _ => 500_000 };
        var qualities = new Option<int[]>("--quality") { Description = "Only this quality of service: 0 or 1", DefaultValueFactory = static _ => [0, 1] };
        var names = new Option<string[]>("--client") { Description = "Only clients whose name begins so: raw, ours, mosquitto, mqtt.js, Python; none: the managed client alone" };
        var command = new Command(Name, "Publish with this client and with others") { rounds, count, qualities, names };
        command.SetAction((result, _) => RunAsync(new Choice(result.GetValue(rounds), result.GetValue(count), result.GetValue(qualities)!, result.GetValue(names) ?? [])));
        return command;
    }

    /// <summary>What is measured. No name means all clients and the managed one behind them.</summary>
    sealed record Choice(int Rounds, int Count, int[] Qualities, string[] Names)
    {
        public bool Has(string client) => Names.Length == 0 || Names.Any(client.StartsWith);

        public bool HasManaged => Names.Length == 0 || Names.Contains("none");
    }

    static async Task<int> RunAsync(Choice choice)
    {
        var folder = Directory.CreateTempSubdirectory("p1bridge-bench-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "m.conf"), FormattableString.Invariant($"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nlog_type none\n"));
        using var broker = Process.Start(File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto", ["-c", Path.Combine(folder, "m.conf")]);
        try
        {
            await UntilListeningAsync(port);
            Say($"{Environment.ProcessorCount} cores, load average {await LoadAsync()}, packets of {2 + 2 + Topic.Length + Payload.Length} bytes");
            foreach (var quality in choice.Qualities) await CompareAsync(choice, quality, quality == 0 ? choice.Count : choice.Count / 5, port);
            if (choice.HasManaged) await ManagedAsync(choice, port);
            Say($"load average {await LoadAsync()}");
            return 0;
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task ManagedAsync(Choice choice, int port)
    {
        foreach (var quality in choice.Qualities)
        {
            // Only 5 lets the broker limit how many messages wait for their acknowledgement.
            foreach (var version in (MqttProtocolVersion[])(quality == 0 ? [MqttProtocolVersion.V5] : [MqttProtocolVersion.V5, MqttProtocolVersion.V311]))
            {
                var (bytes, segments) = await SteadyState.MeasureAsync(port, (MqttQualityOfService)quality, version);
                Say($"| a telegram of 45 values at quality {quality}, {version}: allocated; TCP segments | {bytes / 1024:F1} KiB; {segments:F2} |");
            }
        }
        if (choice.Names.Length > 0) return;
        foreach (var (what, figure) in await JournalRun.RunAsync(port)) Say($"| {what} | {figure} |");
    }

    static async Task CompareAsync(Choice choice, int quality, int count, int port)
    {
        var scripts = ScriptsFolder();
        var clients = new (string Name, int Count, Func<int, Task<(double Seconds, double Processor)>> Run)[]
        {
            ("raw writer", count, n => MeasuredAsync(() => Task.Run(() =>
            {
                if (quality == 0) RawWriter.PublishAtMostOnce(port, n, Topic, Payload);
                else RawWriter.PublishAtLeastOnce(port, n, Window, Topic, Payload);
            }))),
            ("ours", count, n => MeasuredAsync(() => quality == 0
                ? OurPublisher.PublishAtMostOnceAsync(port, n, Topic, Payload)
                : OurPublisher.PublishAtLeastOnceAsync(port, n, Window, Topic, Payload))),
            ("mosquitto_pub -l", count, n => OtherPublishers.MosquittoAsync(port, n, quality, Topic, Payload)),
            ("mqtt.js", count / 2, n => OtherPublishers.ScriptAsync("node", Path.Combine(scripts, "publish.js"), port, n, quality, Topic, Payload)),
            ("Python paho", count / 5, n => OtherPublishers.ScriptAsync("/usr/bin/python3", Path.Combine(scripts, "publish.py"), port, n, quality, Topic, Payload)),
        };
        clients = [.. clients.Where(client => choice.Has(client.Name))];
        if (clients.Length == 0) return;
        var figures = clients.ToDictionary(static client => client.Name, static _ => new List<(double Rate, double Cost)>());
        // In turn, so that other load on the machine meets all of them; the first round warms up.
        for (var round = 0; round <= choice.Rounds; round++)
        {
            foreach (var (name, messages, run) in clients)
            {
                var (seconds, processor) = await run(messages);
                if (round > 0) figures[name].Add((messages / seconds, processor / messages * 1e6));
            }
        }
        // Without the raw writer the first one is the measure.
        var wire = Median(figures[clients[0].Name].Select(static one => one.Rate));
        foreach (var (name, list) in figures)
        {
            var rate = Median(list.Select(static one => one.Rate));
            Say($"| quality {quality}, {name} | {rate:F0}/s | {rate / wire:F2} | {Median(list.Select(static one => one.Cost)):F2} us |");
        }
    }

    static async Task<(double Seconds, double Processor)> MeasuredAsync(Func<Task> work)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var (processor, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        await work();
        process.Refresh();
        return (watch.Elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds);
    }

    static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    static string ScriptsFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "P1Bridge.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("Run it within the project's folder."), "tests", "brokers");
    }

    static async Task UntilListeningAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    static async Task<string> LoadAsync() => (await File.ReadAllTextAsync("/proc/loadavg", Encoding.ASCII)).Split(' ')[0];

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
