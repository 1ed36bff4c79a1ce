using System.Globalization;
using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Several meters, JSON, brokers that want a password or encryption.</summary>
public class SettingsTests
{
    const string OneMeter = "fluvius-1p";

    [Fact]
    public async Task Two_meters_have_topics_and_devices_of_their_own()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        house.StartBridge(string.Create(CultureInfo.InvariantCulture, $"""
            meters:
              - name: house
                source: file:{Telegrams.PathOf(Telegrams.Main)}
              - name: garage
                source: file:{Telegrams.PathOf(OneMeter)}
            mqtt:
              host: {broker.Host}
              port: {broker.Port}
            state_directory: {house.StateDirectory}
            """));

        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main, "p1bridge/house"), "p1bridge/house");
        var retained = await house.RetainsAsync(broker, ExpectedTopics.Of(OneMeter, "p1bridge/garage"), "p1bridge/garage");

        Assert.Equal("online", retained["p1bridge/house/availability"]);
        Assert.Equal("online", retained["p1bridge/garage/availability"]);
        Assert.Empty(retained.Values());
        await house.AnnouncesAsync(broker, devices: 5);
        var info = JsonElement.Parse(retained["p1bridge/bridge/info"]);
        Assert.Equal(["house", "garage"], info.GetProperty("meters").EnumerateArray().Select(static meter => meter.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_JSON_objects_hold_the_same_values_as_the_topics()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        house.StartBridge($"file:{Telegrams.PathOf(Telegrams.Main)}", broker, "outputs.mqtt_json.enabled=true", "outputs.mqtt_values.enabled=false");

        var retained = await Eventually.ReadAsync(broker.RetainedAsync, static found => found.Values().Count == 3);

        Assert.Equal(["p1bridge/meter/gas/json", "p1bridge/meter/json", "p1bridge/meter/water/json"], retained.Values().Keys);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (topic, payload) in retained.Values())
            Flatten(topic[..^"/json".Length], JsonElement.Parse(payload), found);
        Assert.Equal("2025-11-05T17:53:48+01:00", found["p1bridge/meter/time"]);
        Assert.Equal("7FLO9999000201", found["p1bridge/meter/gas/equipment_identifier"]);
        foreach (var extra in found.Keys.Where(static key => key.EndsWith("/time", StringComparison.Ordinal) || key.EndsWith("/equipment_identifier", StringComparison.Ordinal)).ToList())
            found.Remove(extra);
        Assert.Equal(ExpectedTopics.Of(Telegrams.Main), found);
    }

    [Fact]
    public async Task A_broker_with_passwords_lets_the_right_user_in()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync(await PasswordsAsync(house));
        var bridge = house.StartBridge($"file:{Telegrams.PathOf(OneMeter)}", broker, "mqtt.user=me", $"mqtt.password_file={house.Write("open sesame\n", "secret")}");

        await house.RetainsAsync(broker, ExpectedTopics.Of(OneMeter));
        Assert.DoesNotContain("sesame", bridge.Story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_once_as_an_error_and_never_shown()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync(await PasswordsAsync(house));
        var observer = await broker.ObserveAsync();
        var bridge = house.StartBridge($"file:{Telegrams.PathOf(OneMeter)}", broker, "mqtt.user=me", "mqtt.password=wrong secret", "outputs.console.enabled=true");

        await bridge.SaysAsync("The broker refused user \"me\"");
        Assert.Contains(bridge.Errors, static line => line.Contains(" error mqtt: No connection to the broker", StringComparison.Ordinal));
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        Assert.Equal(1, bridge.CountOf("No connection to the broker"));
        Assert.DoesNotContain("wrong secret", bridge.Story, StringComparison.Ordinal);
        Assert.Empty(observer.Messages);
    }

    [Fact]
    public async Task An_encrypted_broker_is_trusted_by_its_authority()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync(Encrypted(house));
        house.StartBridge($"file:{Telegrams.PathOf(OneMeter)}", broker, $"mqtt.tls.ca_file={Certificates.AuthorityIn(house.Folder)}");

        await house.RetainsAsync(broker, ExpectedTopics.Of(OneMeter));
    }

    [Fact]
    public async Task An_encrypted_broker_of_an_unknown_authority_gets_nothing()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync(Encrypted(house));
        var observer = await broker.ObserveAsync();
        var bridge = house.StartBridge($"file:{Telegrams.PathOf(OneMeter)}", broker, "mqtt.tls.enabled=true");

        await bridge.SaysAsync("set mqtt.tls.ca_file to the CA certificate of the broker");
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        Assert.Empty(observer.Messages);
    }

    [Theory]
    [InlineData("mqtt.password=sesame")]
    [InlineData("mqtt.keep_alive=5500ms")]
    [InlineData("mqtt.client_id=a b")]
    [InlineData("mqtt.base_topic=p1bridge")]
    public async Task Unusual_settings_work_with_a_broker_that_takes_them(string setting)
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        house.StartBridge($"file:{Telegrams.PathOf(OneMeter)}", broker, setting);

        await house.RetainsAsync(broker, ExpectedTopics.Of(OneMeter));
    }

    [Fact]
    public async Task The_simulator_fills_every_entity_it_announces()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        house.StartBridge("simulator", broker);

        await house.AnnouncesAsync(broker, devices: 4);
        var retained = await Eventually.ReadAsync(broker.RetainedAsync, static found => found.Discovery().Values.SelectMany(RetainedTopics).All(found.ContainsKey));

        Assert.All(retained.Discovery().Values.SelectMany(RetainedTopics), topic => Assert.Contains(topic, retained.Keys));
    }

    /// <summary>Counters are worth something only now; they are sent each minute and after each start of Home Assistant.</summary>
    static IEnumerable<string> RetainedTopics(System.Text.Json.JsonElement device) => Retained.StateTopics(device).Where(static topic => topic != "p1bridge/bridge/health");

    static async Task<BrokerOptions> PasswordsAsync(House house)
    {
        var file = Path.Combine(house.Folder, "passwords");
        await using var tool = new Child("mosquitto_passwd", ["-b", "-c", file, "me", "open sesame"]);
        Assert.True(await tool.ExitAsync() == 0, tool.Story);
        return new BrokerOptions { More = $"allow_anonymous false\npassword_file {file}\n", ClientOptions = ["-u", "me", "-P", "open sesame"] };
    }

    static BrokerOptions Encrypted(House house)
    {
        var (certificate, key) = Certificates.Write(house.Folder);
        return new BrokerOptions
        {
            More = $"allow_anonymous true\ncertfile {certificate}\nkeyfile {key}\n",
            ClientOptions = ["--cafile", Certificates.AuthorityIn(house.Folder)],
        };
    }

    static void Flatten(string topic, JsonElement element, SortedDictionary<string, string> into)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                Flatten($"{topic}/{property.Name}", property.Value, into);
            return;
        }
        into[topic] = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Null => "none",
            _ => element.GetRawText(),
        };
    }
}
