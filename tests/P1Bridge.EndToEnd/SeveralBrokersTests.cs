using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>A broker at home, and another one that asks for a client certificate.</summary>
public class SeveralBrokersTests
{
    [Fact]
    public async Task Each_output_goes_to_the_broker_that_it_names_and_nothing_goes_to_the_other()
    {
        await using var house = new House();
        var home = await house.StartBrokerAsync();
        var (cloud, tls) = await StartCloudAsync(house);
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        await using var homeObserver = await Observer.StartAsync(home);
        await using var cloudObserver = await Observer.StartAsync(cloud);

        var bridge = house.StartBridge(
            FormattableString.Invariant($$"""
                meters:
                  - source: {{cable.Source}}
                mqtt:
                  - host: 127.0.0.1
                    port: {{home.Port}}
                  - name: cloud
                    host: 127.0.0.1
                    port: {{cloud.Port}}
                    base_topic: far/away
                    version: "5"
                    tls:
                      ca_file: {{tls.Authority}}
                      cert_file: {{tls.Certificate}}
                      key_file: {{tls.Key}}
                outputs:
                  mqtt_json:
                    enabled: true
                    broker: cloud
                    history: true
                state_directory: {{house.StateDirectory}}

                """));

        await homeObserver.SeesAsync("p1bridge/meter/power_import", "4.662");
        await cloudObserver.SeesAsync("far/away/meter/history", static json => json.Contains("\"power_import\":4.662", StringComparison.Ordinal));
        await cloudObserver.SeesAsync("far/away/bridge/state", "online");
        await cloudObserver.SeesAsync("far/away/bridge/health", static _ => true);
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        await cloudObserver.SeesAsync("far/away/bridge/state", "offline");
        await homeObserver.SeesAsync("p1bridge/bridge/state", "offline");
        Assert.DoesNotContain(homeObserver.Messages, static message => message.Topic.EndsWith("/json", StringComparison.Ordinal) || message.Topic.StartsWith("far", StringComparison.Ordinal));
        Assert.DoesNotContain(cloudObserver.Messages, static message => message.Topic.Contains("power", StringComparison.Ordinal) || message.Topic.StartsWith("homeassistant", StringComparison.Ordinal));
        var health = JsonDocument.Parse(cloudObserver.On("far/away/bridge/health")[^1]).RootElement.GetProperty("brokers");
        Assert.Equal(["main", "cloud"], health.EnumerateObject().Select(static broker => broker.Name));
    }

    [Fact]
    public async Task The_page_names_the_topics_of_the_broker_that_has_the_values()
    {
        await using var house = new House();
        var (home, far) = (await house.StartBrokerAsync(), await house.StartBrokerAsync());
        var page = Broker.FreePort();
        house.StartBridge(
            FormattableString.Invariant($$"""
                meters:
                  - source: simulator
                mqtt:
                  - host: 127.0.0.1
                    port: {{home.Port}}
                  - name: far
                    host: 127.0.0.1
                    port: {{far.Port}}
                    base_topic: far
                homeassistant:
                  broker: far
                outputs:
                  mqtt_values:
                    broker: far
                  mqtt_json:
                    enabled: true
                web:
                  listen: http://127.0.0.1:{{page}}
                state_directory: {{house.StateDirectory}}

                """));
        await using var observer = await Observer.StartAsync(far);
        await observer.SeesAsync("far/meter/gas/volume", static payload => payload.Length > 0);

        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(FormattableString.Invariant($"http://127.0.0.1:{page}/")));

        Assert.Contains("<code>far/meter/gas/volume</code>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("p1bridge/meter", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_takes_back_what_was_left_on_each_broker()
    {
        await using var house = new House();
        var (home, cloud) = (await house.StartBrokerAsync(), await house.StartBrokerAsync());
        await home.PublishAsync("p1bridge/meter/power", "1.234", retain: true);
        await cloud.PublishAsync("far/meter/json", "{}", retain: true);
        var path = house.Write(FormattableString.Invariant($$"""
            meters:
              - source: /dev/ttyUSB0
            mqtt:
              - host: 127.0.0.1
                port: {{home.Port}}
              - name: cloud
                host: 127.0.0.1
                port: {{cloud.Port}}
                base_topic: far
            outputs:
              mqtt_json:
                enabled: true
                broker: cloud

            """));

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--clear", "--config", path);

        Assert.True(exitCode == 0, errors);
        Assert.Empty((await home.RetainedAsync()).Keys);
        Assert.Empty((await cloud.RetainedAsync()).Keys);
    }

    [Fact]
    public async Task The_commands_show_a_client_certificate_too_and_are_refused_without()
    {
        await using var house = new House();
        var (cloud, tls) = await StartCloudAsync(house);
        string[] options = ["-h", "127.0.0.1", "-p", FormattableString.Invariant($"{cloud.Port}"), "-t", "a", "--cafile", tls.Authority];
        string[] certificate = ["--cert", tls.Certificate, "--key", tls.Key, "--tls-alpn", "mqtt", "-V", "5"];
        await using var subscriber = BuiltProgram.Start(["mqtt", "sub", .. options, .. certificate, "-C", "1", "-q", "1", "-d"]);
        await subscriber.SaysAsync("received SUBACK");

        var (taken, _, errors) = await BuiltProgram.RunAsync(["mqtt", "pub", .. options, .. certificate, "-q", "1", "-m", "hello"]);
        var (refused, _, reason) = await BuiltProgram.RunAsync(["mqtt", "pub", .. options, "-q", "1", "-m", "nobody", "--no-reconnect"]);

        Assert.True(taken == 0, errors);
        Assert.Equal(0, await subscriber.ExitAsync());
        Assert.Equal(["hello"], subscriber.Output);
        Assert.Equal(1, refused);
        Assert.Contains("certificate", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_broker_whose_certificate_is_not_checked_is_warned_of_at_each_start()
    {
        await using var house = new House();
        var (cloud, tls) = await StartCloudAsync(house);
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        string[] settings = ["mqtt.tls.enabled=true", "mqtt.tls.insecure=true", $"mqtt.tls.cert_file={tls.Certificate}", $"mqtt.tls.key_file={tls.Key}"];
        for (var start = 0; start < 2; start++)
        {
            var bridge = house.StartBridge(cable.Source, cloud, settings);
            await bridge.SaysAsync("mqtt.tls.insecure is on");
            await bridge.SaysAsync("Connected to the broker");
            await bridge.EndAsync("TERM");
        }
    }

    static async Task<(Broker Broker, (string Authority, string Certificate, string Key) Tls)> StartCloudAsync(House house)
    {
        // The authority's one certificate serves both ends: what is shown here is that it is asked for and sent.
        var (certificate, key) = Certificates.Write(house.Folder);
        var authority = Certificates.AuthorityIn(house.Folder);
        var broker = await house.StartBrokerAsync(new BrokerOptions
        {
            More = $"allow_anonymous true\ncafile {authority}\ncertfile {certificate}\nkeyfile {key}\nrequire_certificate true\n",
            ClientOptions = ["--cafile", authority, "--cert", certificate, "--key", key],
        });
        return (broker, (authority, certificate, key));
    }
}
