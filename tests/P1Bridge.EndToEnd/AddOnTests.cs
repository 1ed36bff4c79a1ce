using System.Globalization;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The add-on's start script, run as s6 runs it, against a Supervisor of the test's own and a real broker.</summary>
public class AddOnTests
{
    static readonly string Script = Repository.PathOf("homeassistant", "addon", "rootfs", "etc", "s6-overlay", "s6-rc.d", "p1bridge", "run");

    [Fact]
    public async Task With_the_broker_that_Home_Assistant_offers_values_and_devices_are_published()
    {
        await using var house = new House();
        var (broker, cable) = await StartPartsAsync(house, "addons", "p w'd\"$x");
        var supervisor = house.Add(new FakeSupervisor(FakeSupervisor.Service(broker, "addons", """p w'd\"$x""")));
        var port = Broker.FreePort();

        var app = Start(house, supervisor, $$"""{"device":"{{cable.Source}}","language":"nl","log_level":"information","target_demand":4.5,"mqtt":{},"settings":["publish.live.minimum_interval=0s","homeassistant.entity_prefix=meter"]}""", port);

        var devices = await house.AnnouncesAsync(broker, devices: 4);
        var electricity = devices["homeassistant/device/p1bridge_1SAG9999000103/config"].GetProperty("components");
        Assert.Equal("Maandpiek", electricity.GetProperty("peak_month").GetProperty("name").GetString());
        Assert.Equal("sensor.meter_power", electricity.GetProperty("power").GetProperty("default_entity_id").GetString());
        Assert.True(electricity.TryGetProperty("target_headroom", out _), app.Story);
        Assert.DoesNotContain("p w'd", app.Story, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeSupervisor.Token, app.Story, StringComparison.Ordinal);
        Assert.Equal(0, await app.EndAsync("TERM"));
        Assert.Equal("offline", (await broker.RetainedAsync())["p1bridge/bridge/state"]);
    }

    [Fact]
    public async Task The_page_shows_the_values_and_answers_for_the_programs_life()
    {
        await using var house = new House();
        var (broker, cable) = await StartPartsAsync(house);
        var supervisor = house.Add(new FakeSupervisor(FakeSupervisor.Service(broker)));
        var port = Broker.FreePort();
        var app = Start(house, supervisor, $$"""{"device":"{{cable.Source}}","language":"fr","log_level":"information","mqtt":{},"settings":[]}""", port);
        await app.SaysAsync("The page is at");

        using var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        client.DefaultRequestHeaders.Add("X-Ingress-Path", "/api/hassio_ingress/abc");
        var page = await Eventually.ReadAsync(() => client.GetStringAsync("/"), static text => text.Contains("2871.504", StringComparison.Ordinal));

        Assert.Contains("Pointe mensuelle", page, StringComparison.Ordinal);
        Assert.Contains("p1bridge/meter/gas/volume", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/", page, StringComparison.Ordinal);
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("/etc/passwd")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, (await client.PostAsync("/", new StringContent("x"))).StatusCode);
    }

    [Fact]
    public async Task A_broker_of_ones_own_is_used_without_asking_the_Supervisor()
    {
        await using var house = new House();
        var (broker, cable) = await StartPartsAsync(house);
        var supervisor = house.Add(new FakeSupervisor(null));

        Start(house, supervisor, string.Create(CultureInfo.InvariantCulture, $$"""{"device":"{{cable.Source}}","language":"en","log_level":"warning","mqtt":{"host":"127.0.0.1","port":{{broker.Port}}},"settings":[]}"""), Broker.FreePort());

        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(0, supervisor.Questions);
    }

    [Fact]
    public async Task A_broker_that_starts_a_little_later_is_waited_for()
    {
        await using var house = new House();
        var (broker, cable) = await StartPartsAsync(house);
        var supervisor = house.Add(new FakeSupervisor(null));
        var app = Start(house, supervisor, $$"""{"device":"{{cable.Source}}","language":"en","log_level":"information","mqtt":{},"settings":[]}""", Broker.FreePort(), waitForBroker: 60);

        await app.SaysAsync("no MQTT broker yet (the Supervisor says HTTP 400), waiting for up to 60 s");
        supervisor.Offer(FakeSupervisor.Service(broker));

        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(1, app.CountOf("no MQTT broker"));
    }

    [Theory]
    [InlineData("""{"device":"/dev/ttyUSB0","mqtt":{},"settings":[]}""", FakeSupervisor.Token, "no MQTT broker (the Supervisor says HTTP 400): install and start the Mosquitto broker app")]
    [InlineData("""{"device":"/dev/ttyUSB0","mqtt":{},"settings":[]}""", "wrong", "the Supervisor refuses this app (HTTP 401)")]
    [InlineData("""{"mqtt":{},"settings":[]}""", FakeSupervisor.Token, "choose the P1 cable under 'device'")]
    [InlineData("""{"device":"/dev/ttyUSB0","address":"tcp://a:1","mqtt":{},"settings":[]}""", FakeSupervisor.Token, "both 'device' and 'address' are set")]
    [InlineData("""{"device":"/dev/ttyUSB0","mqtt":{"host":"broker"},"settings":["mqtt.hots=x"]}""", FakeSupervisor.Token, "mqtt.hots: unknown key; did you mean 'mqtt.host'?")]
    public async Task What_cannot_work_ends_at_once_with_a_line_that_says_what_to_do(string options, string token, string expected)
    {
        await using var house = new House();
        var supervisor = house.Add(new FakeSupervisor(null));

        var app = Start(house, supervisor, options, Broker.FreePort(), token);

        Assert.Equal(2, await app.ExitAsync());
        Assert.Contains(expected, app.Story, StringComparison.Ordinal);
    }

    static async Task<(Broker Broker, Cable Cable)> StartPartsAsync(House house, string user = "", string password = "")
    {
        var options = new BrokerOptions();
        if (user.Length > 0)
        {
            var file = Path.Combine(house.Folder, "passwords");
            await using var writer = new Child("mosquitto_passwd", ["-c", "-b", file, user, password]);
            Assert.True(await writer.ExitAsync() == 0, writer.Story);
            options = new BrokerOptions { More = $"allow_anonymous false\npassword_file {file}\n", ClientOptions = ["-u", user, "-P", password] };
        }
        var broker = await house.StartBrokerAsync(options);
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        return (broker, cable);
    }

    static Child Start(House house, FakeSupervisor supervisor, string options, int port, string token = FakeSupervisor.Token, int waitForBroker = 0) => house.Add(new Child("bash", [Script], new Dictionary<string, string>
    {
        ["OPTIONS_FILE"] = house.Write(options, "options.json"),
        ["SUPERVISOR_API"] = supervisor.Address,
        ["SUPERVISOR_TOKEN"] = token,
        ["PROGRAM"] = string.Join(' ', BuiltProgram.Words),
        ["STATE_FOLDER"] = house.StateDirectory,
        ["WEB_ADDRESS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
        ["WAIT_FOR_BROKER"] = waitForBroker.ToString(CultureInfo.InvariantCulture),
    }));
}
