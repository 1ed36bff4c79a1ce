using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>An hour's outage of the broker, in as many seconds as it takes to send an hour's telegrams.</summary>
public sealed class HistoryTests
{
    const int Hour = 3600;
    const string History = "p1bridge/meter/history";
    const string Health = "p1bridge/bridge/health";
    static readonly DateTime Midnight = new(2026, 1, 20, 0, 0, 0, DateTimeKind.Unspecified);

    [Fact]
    public async Task After_an_hours_outage_every_record_arrives_in_order_and_the_newest_values_at_once()
    {
        await using var house = new House();
        await using var scene = await Scene.StartAsync(house);
        await scene.SendAsync(0, 1);
        await scene.OutageAsync(1, Hour);

        await scene.Broker.StartAsync();
        await scene.Bridge.SaysAsync("Connected to the broker", 2);
        var clock = Stopwatch.StartNew();
        var newest = await Eventually.ReadAsync(scene.Broker.RetainedAsync, static found => found.GetValueOrDefault("p1bridge/meter/power_import") == Power(Hour));
        Assert.Equal(Power(Hour), newest["p1bridge/meter/power_import"]);
        Assert.Contains($"\"power_import\":{Power(Hour)}", newest["p1bridge/meter/json"], StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.True(scene.Records.Count < Hour, "The records came before the newest values were looked at.");
        await scene.GetsAsync(Hour + 1);
        Assert.Equal(Enumerable.Range(0, Hour + 1).Select(Power), scene.Records);
        var health = await scene.HealthAsync();
        Assert.Equal(0, health.GetProperty("messages").GetProperty("dropped_queue_full").GetInt32());
        Assert.Equal((0, 0), (health.GetProperty("history").GetProperty("queued").GetInt32(), health.GetProperty("queued").GetInt32()));
        Assert.Equal(1, health.GetProperty("reconnects").EnumerateObject().Sum(static reason => reason.Value.GetInt32()));
        Assert.True(health.GetProperty("history").GetProperty("on_disk").GetBoolean());
        Assert.True(health.GetProperty("acknowledgement_milliseconds").GetDouble() > 0);
    }

    [Fact]
    public async Task What_finds_no_room_is_counted_exactly_and_the_newest_records_are_there()
    {
        await using var house = new House();
        await using var scene = await Scene.StartAsync(house, "mqtt.history.max_messages=1000");
        await scene.SendAsync(0, 1);
        await scene.OutageAsync(1, Hour);

        await scene.Broker.StartAsync();

        await scene.GetsAsync(1001);
        Assert.Equal([Power(0), .. Enumerable.Range(Hour - 999, 1000).Select(Power)], scene.Records);
        Assert.Equal(Hour - 1000, (await scene.HealthAsync()).GetProperty("messages").GetProperty("dropped_queue_full").GetInt32());
    }

    [Fact]
    public async Task With_block_reading_goes_on_and_what_finds_no_room_waits_in_memory()
    {
        await using var house = new House();
        await using var scene = await Scene.StartAsync(house, "mqtt.history.max_messages=1000", "mqtt.history.overflow=block");
        await scene.SendAsync(0, 1);
        await scene.OutageAsync(1, Hour, stored: 1000);

        await scene.Broker.StartAsync();
        var newest = await Eventually.ReadAsync(scene.Broker.RetainedAsync, static found => found.GetValueOrDefault("p1bridge/meter/power_import") == Power(Hour));
        Assert.Equal(Power(Hour), newest["p1bridge/meter/power_import"]);
        await scene.GetsAsync(Hour + 1);

        Assert.Equal(Enumerable.Range(0, Hour + 1).Select(Power), scene.Records);
        Assert.Equal(0, (await scene.HealthAsync()).GetProperty("messages").GetProperty("dropped_queue_full").GetInt32());
    }

    [Fact]
    public async Task Records_survive_a_bridge_that_is_killed_during_the_outage()
    {
        await using var house = new House();
        await using var scene = await Scene.StartAsync(house);
        await scene.SendAsync(0, 1);
        await scene.OutageAsync(1, 500);

        await scene.Bridge.EndAsync("KILL");
        scene.Restart();
        await scene.Broker.StartAsync();

        await scene.GetsAsync(501);
        Assert.Equal(Enumerable.Range(0, 501).Select(Power), scene.Records);
    }

    /// <summary>Tells telegrams apart; 0.001 to 3.601 kW.</summary>
    static string Power(int number) => ((number + 1) / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    static byte[] Telegram(int number) => Telegrams.With(
        Telegrams.With(Telegrams.Read("fluvius-3p"), Scene.OldTime, $"0-0:1.0.0({Midnight.AddSeconds(number):yyMMddHHmmss}W)"), Scene.OldPower, $"1-0:1.7.0(0{Power(number)}*kW)");

    /// <summary>A meter behind a socket, a broker that remembers whom it has to tell, and a witness whom it tells.</summary>
    sealed class Scene : IAsyncDisposable
    {
        readonly House _house;
        readonly TcpListener _server;
        readonly string[] _settings;
        Child _witness = null!;
        Socket? _meter;

        Scene(House house, Broker broker, TcpListener server, string[] settings) => (_house, Broker, _server, _settings) = (house, broker, server, settings);

        public static string OldTime { get; } = LineOf("0-0:1.0.0");

        public static string OldPower { get; } = LineOf("1-0:1.7.0");

        public Broker Broker { get; }

        public Child Bridge { get; private set; } = null!;

        /// <summary>The power of each record that came, in their order.</summary>
        public IReadOnlyList<string> Records => [.. _witness.Output.Select(static json => JsonDocument.Parse(json).RootElement.GetProperty("power_import").GetRawText())];

        public static async Task<Scene> StartAsync(House house, params string[] settings)
        {
            var broker = await house.StartBrokerAsync(new BrokerOptions { More = $"allow_anonymous true\npersistence true\npersistence_location {house.Folder}/\n" });
            var server = new TcpListener(IPAddress.Loopback, Broker.FreePort());
            server.Start();
            var scene = new Scene(house, broker, server, [.. settings, "outputs.mqtt_json.enabled=true", "outputs.mqtt_json.history=true", "publish.live.minimum_interval=0s"]);
            scene._witness = house.Add(new Child("mosquitto_sub", [.. broker.ClientOptions, "-i", "witness", "-c", "-q", "1", "-t", History, "-F", "%p"]));
            scene.Restart();
            await scene.Bridge.SaysAsync("Connected to the broker");
            return scene;
        }

        public void Restart()
        {
            _meter?.Dispose();
            _meter = null;
            Bridge = _house.StartBridge($"tcp://{_server.LocalEndpoint}", Broker, _settings);
        }

        public async Task SendAsync(int first, int count)
        {
            using var deadline = new CancellationTokenSource(Eventually.Patience);
            _meter ??= await _server.AcceptSocketAsync(deadline.Token);
            for (var i = first; i < first + count; i++) await _meter.SendAsync(Telegram(i), deadline.Token);
        }

        /// <summary>Sends so many telegrams while the broker is away, and waits until those that find room are on disk: all, or the first so many.</summary>
        public async Task OutageAsync(int first, int count, int? stored = null)
        {
            await GetsAsync(first);
            await Broker.StopAsync();
            await Bridge.SaysAsync("No connection to the broker");
            await SendAsync(first, count);
            var last = $"\"power_import\":{Power(first + (stored ?? count) - 1)}";
            Assert.True(await Eventually.ReadAsync(() => JournalHoldsAsync(last), static holds => holds), Bridge.Story);
        }

        public Task GetsAsync(int count) => Eventually.HoldsAsync(() => _witness.Output.Count >= count, () => $"{_witness.Output.Count} of {count} records came. {Bridge.Story}");

        /// <summary>A damaged telegram is news of the bridge's health, which is told soon.</summary>
        public async Task<JsonElement> HealthAsync()
        {
            await using var observer = await Observer.StartAsync(Broker);
            await _meter!.SendAsync(Telegrams.Damaged(Telegram(0), "*kW)", "*kV)"));
            await observer.SeesAsync(Health, static _ => true);
            return JsonDocument.Parse(observer.On(Health)[^1]).RootElement.GetProperty("mqtt");
        }

        public ValueTask DisposeAsync()
        {
            _meter?.Dispose();
            _server.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>The bridge holds the files for itself alone, which binds only programs that ask.</summary>
        async Task<bool> JournalHoldsAsync(string text)
        {
            await using var search = new Child("grep", ["-r", "-a", "-q", "-F", text, Path.Combine(_house.StateDirectory, "history", "main")]);
            return await search.ExitAsync() == 0;
        }

        static string LineOf(string reference) =>
            System.Text.Encoding.Latin1.GetString(Telegrams.Read("fluvius-3p")).Split("\r\n").First(line => line.StartsWith(reference, StringComparison.Ordinal));
    }
}
