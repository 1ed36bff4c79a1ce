using System.Text.Json;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Generation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

public class TemplateModelTests
{
    [Fact]
    public void The_model_of_a_meter_is_the_catalogue_joined_with_what_it_sent()
        => Verify.Text("model", WithoutCatalogue(SomeOpenHab.Model(meters: SomeOpenHab.Meter("fluvius-1p-water-only"))), "json");

    [Fact]
    public void The_catalogue_stands_in_the_model_row_by_row()
    {
        using var model = JsonDocument.Parse(ModelJson.Write(SomeOpenHab.Model()));

        var media = model.RootElement.GetProperty("catalogue").GetProperty("media").EnumerateArray().ToList();
        Assert.Equal(Some.Catalogue.Media.Select(static medium => medium.Id), media.Select(static medium => medium.GetProperty("id").GetString()));
        Assert.Equal(Some.Catalogue.Measurements.Count(static row => row.IsPublished), media.Sum(static medium => medium.GetProperty("measurements").GetArrayLength()));
    }

    [Fact]
    public void Order_of_lines_and_M_Bus_channels_do_not_matter()
    {
        var lines = File.ReadAllText(Corpus.PathOf($"{SomeOpenHab.Full}.txt")).Split("\r\n");
        var objects = lines.Skip(2).TakeWhile(static line => !line.StartsWith('!')).Reverse()
            .Select(static line => line.StartsWith("0-1:", StringComparison.Ordinal) ? "0-4:" + line[4..] : line);
        var other = new Pipeline().Feed(Some.WithHeader(lines[0], [.. objects]));

        Assert.Equal(SomeOpenHab.Files(), SomeOpenHab.Files(meters: SomeOpenHab.Meter(other)));
    }

    [Fact]
    public void Values_do_not_matter()
    {
        var snapshot = Corpus.Snapshot(SomeOpenHab.Full);
        var changed = snapshot with { Devices = [.. snapshot.Devices.Select(static device => device with { Values = [.. device.Values.Select(static value => value with { Payload = "x" })] })] };

        Assert.Equal(SomeOpenHab.Files(), SomeOpenHab.Files(meters: SomeOpenHab.Meter(changed)));
    }

    [Fact]
    public void What_is_retained_on_the_broker_gives_the_same_files_as_the_telegram()
    {
        var snapshot = Corpus.Snapshot(SomeOpenHab.Full);
        var retained = new RetainedModel(Some.Catalogue, SomeOpenHab.Topics);
        foreach (var device in snapshot.Devices.Reverse())
        {
            foreach (var value in device.Values.Reverse())
                retained.Take(SomeOpenHab.Topics.Value("meter", device.TopicName, value.Key), value.Payload);
        }
        foreach (var other in (string[])["p1bridge/meter/availability", "p1bridge/meter/json", "p1bridge/meter/raw/1-0:1.9.0", "p1bridge/meter/nothing", "p1bridge/meter/gas/nothing", "p1bridge/bridge/info", "p1bridge/x", "other/meter/power"])
            retained.Take(other, "x");
        retained.Take("p1bridge/meter/power", "");

        Assert.True(retained.HasBridge);
        Assert.Equal(["meter"], retained.Meters);
        Assert.Equal(SomeOpenHab.Files(), SomeOpenHab.Files(meters: SomeOpenHab.Meter(snapshot with { Devices = retained.DevicesOf("meter") })));
    }

    [Fact]
    public void A_second_meter_of_a_kind_and_a_second_port_have_names_of_their_own()
    {
        var first = Some.Snapshot(Some.Device("", "e", ("power_import", "1")), Some.Device("gas", "g", ("volume", "1")), Some.Device("gas_2", "h", ("volume", "1")));
        var second = Some.Snapshot(Some.Device("", "f", ("power_import", "1"))) with { Name = "garden-house" };

        var set = OpenHabSet.Read(SomeOpenHab.Files(meters: [SomeOpenHab.Meter(first), SomeOpenHab.Meter(second)]));

        Assert.Equal(
            ["mqtt:topic:p1bridge:p1_meter", "mqtt:topic:p1bridge:p1_meter_gas", "mqtt:topic:p1bridge:p1_meter_gas_2", "mqtt:topic:p1bridge:p1_garden-house", "mqtt:topic:p1bridge:p1_bridge"],
            set.Things.Select(static thing => thing.Uid));
        Assert.Contains(set.Items, static item => item is { Name: "P1_Gas_2_Volume", Groups: ["P1_Gas_2"] });
        Assert.Contains(set.Items, static item => item is { Name: "P1_Garden_House_Power_Import", Groups: ["P1_Garden_House_Meter"] });
    }

    [Fact]
    public void Live_values_alone_expire_and_only_when_the_bridge_repeats_them()
    {
        var items = OpenHabSet.Read(SomeOpenHab.Files()).Items;

        Assert.Equal("25m,state=UNDEF", items.Single(static item => item.Name == "P1_Power_Import").Expire);
        Assert.All(items.Where(static item => item.Name.StartsWith("P1_Gas", StringComparison.Ordinal) || item.Name.StartsWith("P1_Energy", StringComparison.Ordinal)), static item => Assert.Null(item.Expire));
        Assert.All(OpenHabSet.Read(SomeOpenHab.Files(SomeOpenHab.Options with { ExpireMinutes = ModelOptions.ExpireMinutesOf(TimeSpan.Zero) })).Items, static item => Assert.Null(item.Expire));
        Assert.Equal(150, ModelOptions.ExpireMinutesOf(TimeSpan.FromHours(1)));
        Assert.Equal(5, ModelOptions.ExpireMinutesOf(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_named_broker_is_used_and_not_defined()
    {
        var set = OpenHabSet.Read(SomeOpenHab.Files(SomeOpenHab.Options with { Broker = "mqtt:broker:home", DefinesBroker = false }));

        Assert.Empty(set.Bridges);
        Assert.All(set.Things, static thing => Assert.Equal("mqtt:broker:home", thing.Bridge));
    }

    [Fact]
    public void An_entity_that_the_user_keeps_from_Home_Assistant_is_not_on_its_dashboard()
    {
        var options = new BridgeOptions { HomeAssistant = new() { Overrides = [new() { Measurement = "gas/volume", Exclude = true }] } };

        Assert.Contains("sensor.p1_gas_volume", Dashboard(new BridgeOptions()), StringComparison.Ordinal);
        Assert.DoesNotContain("sensor.p1_gas_volume", Dashboard(options), StringComparison.Ordinal);

        static string Dashboard(BridgeOptions options) => new TemplateFolder(null).Open("homeassistant/dashboard.yaml.scriban").Render(TemplateEngine.Import(SomeOpenHab.Model(OpenHabSettings.ModelOf(options))));
    }

    [Fact]
    public void The_files_are_for_the_broker_that_has_the_values()
    {
        var options = new BridgeOptions
        {
            MoreBrokers = [new MqttOptions { Name = "far", Host = "far.lan", Port = 1999, BaseTopic = "far/away" }],
            Outputs = new() { MqttValues = new() { Broker = "far" } },
        };

        var model = OpenHabSettings.ModelOf(options);

        Assert.Equal(("far/away", "far.lan", 1999), (model.Topics.Base, model.Address.Host, model.Address.Port));
    }

    [Fact]
    public void What_can_be_none_is_a_text()
        => Assert.All(
            Some.Catalogue.Measurements.Where(static row => row.IsPublished && row.CanBeNone),
            static row => Assert.Equal("String", row.OpenHab.Type));

    [Fact]
    public void The_repositorys_copy_in_openhab_is_up_to_date()
    {
        var files = OpenHabFiles.Render(new TemplateFolder(null), SomeOpenHab.Model(SomeOpenHab.Options with { HasAttributes = true }), $"{BridgeReports.Version}: p1bridge generate-openhab --openhab 5 --language en");
        var folder = new GeneratedFolder(Repository.PathOf("openhab"));
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") folder.Write(folder.Compare(files));

        Assert.All(folder.Compare(files), static file => Assert.Equal(FileState.Same, file.State));
    }

    static string WithoutCatalogue(TemplateMap model)
    {
        model["catalogue"] = null;
        return ModelJson.Write(model);
    }
}
