using System.Text;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The meter's raw telegrams come from a topic.</summary>
public class MqttSourceTests
{
    const string Topic = "dongle/raw";
    const string Availability = "p1bridge/meter/availability";
    const string Power = "p1bridge/meter/power_import";

    static readonly byte[] Telegram = Telegrams.Read(Telegrams.Main);

    [Fact]
    public async Task Whole_telegrams_pieces_and_lines_give_the_same_values()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var bridge = house.StartBridge($"mqtt:{Topic}", broker, "publish.live.minimum_interval=0s");
        await bridge.SaysAsync($"reading mqtt:{Topic}");

        await broker.PublishBytesAsync(Topic, Telegram);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        var next = Telegrams.WithPower(Telegram, "04.700");
        await broker.PublishBytesAsync(Topic, next[..500]);
        await broker.PublishBytesAsync(Topic, next[500..1000]);
        await broker.PublishBytesAsync(Topic, next[1000..]);
        await observer.SeesAsync(Power, "4.700");
        await broker.PublishLinesAsync(Topic, Encoding.Latin1.GetString(Telegrams.WithPower(Telegram, "04.800")).Replace("\r", "", StringComparison.Ordinal));
        await observer.SeesAsync(Power, "4.800");

        Assert.Equal(["4.662", "4.700", "4.800"], observer.On(Power));
        Assert.Equal(0, bridge.CountOf("refused"));
    }

    [Fact]
    public async Task An_encrypted_frame_in_two_pieces_is_opened()
    {
        var frame = await File.ReadAllBytesAsync(Repository.PathOf("tests", "telegrams", "smarty-lu-encrypted.bin"));
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var bridge = house.StartBridge($"mqtt:{Topic}", broker, "meters.0.decryption_key=0F1E2D3C4B5A69788796A5B4C3D2E1F0");
        await bridge.SaysAsync($"reading mqtt:{Topic}");

        await broker.PublishBytesAsync(Topic, frame[..333]);
        await broker.PublishBytesAsync(Topic, frame[333..]);

        await observer.SeesAsync(Power, static payload => payload.Length > 0);
        Assert.Equal(0, bridge.CountOf("refused"));
    }

    [Fact]
    public async Task What_the_broker_retained_from_earlier_is_no_news()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        await broker.PublishBytesAsync(Topic, Telegram, retain: true);
        var observer = await broker.ObserveAsync();
        var bridge = house.StartBridge($"mqtt:{Topic}", broker, "meters.0.silence_timeout=1s");

        await observer.SeesAsync(Availability, "offline");
        await bridge.SaysAsync("Check that telegrams as the meter sends them are published on this topic");
        Assert.Empty((await broker.RetainedAsync()).Values());
        await broker.PublishBytesAsync(Topic, Telegrams.WithPower(Telegram, "04.700"), retain: true);

        await observer.SeesAsync(Availability, "online");
        await observer.SeesAsync(Power, "4.700");
        Assert.DoesNotContain("4.662", observer.On(Power));
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_is_down_once_and_up_once_and_the_other_one_does_not_notice()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var dongle = await house.StartBrokerAsync(new BrokerOptions
        {
            More = $"allow_anonymous false\npassword_file {await PasswordFileAsync(house, "reader", "it's secret")}\n",
            ClientOptions = ["-u", "reader", "-P", "it's secret"],
        });
        var bridge = house.StartBridge(
            $"mqtt://127.0.0.1:{dongle.Port}/{Topic}", broker,
            "meters.0.broker.user=reader", "meters.0.broker.password=it's secret", "meters.0.silence_timeout=5s", "publish.live.minimum_interval=0s");
        await bridge.SaysAsync("reading mqtt://");
        await dongle.PublishBytesAsync(Topic, Telegram);
        await observer.SeesAsync(Power, "4.662");

        await dongle.KillAsync();
        await observer.SeesAsync(Availability, "offline");
        await bridge.SaysAsync("It is tried again until it works");
        var before = observer.Count;
        await dongle.StartAsync();
        await bridge.SaysAsync("is back");
        await dongle.PublishBytesAsync(Topic, Telegrams.WithPower(Telegram, "04.700"));

        await observer.SeesAsync(Power, "4.700", before);
        await observer.SeesAsync(Availability, "online", before);
        Assert.Equal((1, 1, 0), (bridge.CountOf("It is tried again until it works"), bridge.CountOf("is back"), bridge.CountOf("No connection to the broker")));
        Assert.DoesNotContain("secret", bridge.Story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_the_broker_keeps_from_the_user_is_silent_and_told_of_once()
    {
        await using var house = new House();
        var access = house.Write("topic readwrite p1bridge/#\ntopic readwrite homeassistant/#\ntopic readwrite witness/#\n", "access");
        var broker = await house.StartBrokerAsync(new BrokerOptions { More = $"allow_anonymous true\nacl_file {access}\n" });
        var bridge = house.StartBridge($"mqtt:{Topic}", broker, "meters.0.silence_timeout=1s", "log.level=debug");

        // Mosquitto takes the subscription and delivers nothing.
        await bridge.SaysAsync("and that its user may read it");
        await broker.PublishBytesAsync(Topic, Telegram);
        await bridge.SaysAsync($"opened mqtt:{Topic} again", times: 2);
        Assert.Equal((1, 0), (bridge.CountOf("no valid telegram"), bridge.CountOf("unexpected")));
        Assert.Empty((await broker.RetainedAsync()).Values());
    }

    static async Task<string> PasswordFileAsync(House house, string user, string password)
    {
        var file = Path.Combine(house.Folder, "passwords");
        await using var maker = new Child("mosquitto_passwd", ["-b", "-c", file, user, password]);
        Assert.True(await maker.ExitAsync() == 0, maker.Story);
        return file;
    }
}
