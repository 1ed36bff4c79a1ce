using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Mqtt;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class ConnectionTests
{
    [Fact]
    public void The_client_id_is_stable_unique_and_taken_by_every_broker()
    {
        var id = ClientIdentifier.Derive("pi", "p1bridge");

        Assert.Equal(id, ClientIdentifier.Derive("pi", "p1bridge"));
        Assert.Matches("^[0-9a-zA-Z]{1,23}$", id);
        Assert.NotEqual(id, ClientIdentifier.Derive("pi2", "p1bridge"));
        Assert.NotEqual(id, ClientIdentifier.Derive("pi", "second"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(1, true)]
    [InlineData(30, false)]
    public void Only_who_is_back_at_once_is_told_of_a_rival(int? secondsAway, bool isTold)
    {
        TimeSpan? away = secondsAway is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

        Assert.Equal(isTold, ConnectionLog.RivalHint(away, "twin")?.Contains("\"twin\"", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void What_is_configured_reaches_the_client()
    {
        var options = Connection(new MqttOptions
        {
            Host = "broker.lan", Port = 443, Version = MqttVersion.V5, WebSocketPath = "/mqtt", SessionExpiry = TimeSpan.FromHours(1),
            History = new HistoryOptions { MaximumMessages = 7, MaximumMegabytes = 2, Overflow = HistoryOverflow.DropNew, Rate = 90, Flush = HistoryFlush.EverySecond },
            Tls = new TlsOptions { Enabled = true, CertFile = "c.pem", KeyFile = "k.pem", KeyPassword = new Secret("word"), ServerName = "other.lan", Alpn = "x-amzn-mqtt-ca" },
        }).ClientOptionsOf();

        options.Validate();
        Assert.Equal((MqttProtocolVersion.V5, "/mqtt", TimeSpan.FromHours(1), false), (options.Client.ProtocolVersion, options.Client.WebSocketPath, options.Client.SessionExpiry, options.Client.CleanSession));
        Assert.Equal((7, 2L * 1024 * 1024, MqttHistoryOverflow.DropNew, 90, MqttJournalFlush.EverySecond), (options.MaximumHistoryMessages, options.MaximumHistoryBytes, options.HistoryOverflow, options.HistoryDrainRate, options.JournalFlush));
        var tls = options.Client.Tls!;
        Assert.Equal(("c.pem", "k.pem", "word", "other.lan"), (tls.ClientCertificateFile, tls.ClientKeyFile, tls.ClientKeyPassword, tls.ServerName));
        Assert.Equal(["x-amzn-mqtt-ca"], tls.ApplicationProtocols);
    }

    [Theory]
    [InlineData(HistoryOverflow.DropOldest, MqttHistoryOverflow.DropOldest)]
    [InlineData(HistoryOverflow.DropNew, MqttHistoryOverflow.DropNew)]
    [InlineData(HistoryOverflow.Block, MqttHistoryOverflow.Block)]
    public void Overflow_and_rates_reach_the_client(object configured, MqttHistoryOverflow overflow)
    {
        var options = Connection(new MqttOptions { Host = "x", Rate = 90, RateKilobytes = 450, History = new HistoryOptions { Overflow = (HistoryOverflow)configured } }).ClientOptionsOf();

        options.Validate();
        Assert.Equal((overflow, 90, 450L * 1024), (options.HistoryOverflow, options.MaximumRate, options.MaximumByteRate));
    }

    [Fact]
    public void A_session_is_known_for_its_endpoint_and_client_once_it_was_noted_and_only_where_one_is_kept()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "state", "session.main");
        var kept = new MqttOptions { Host = "broker.lan", ClientId = "me", SessionExpiry = TimeSpan.FromHours(1) };
        Assert.False(IsKnown(kept));

        new SessionMark(file, "broker.lan:1883 me").Note(isKept: true);
        Assert.True(IsKnown(kept));
        Assert.False(IsKnown(kept with { Port = 1884 }));
        Assert.False(IsKnown(kept with { ClientId = "you" }));
        Assert.False(IsKnown(kept with { SessionExpiry = TimeSpan.Zero }));

        new SessionMark(file, "broker.lan:1883 me").Note(isKept: false);
        Assert.False(IsKnown(kept));

        bool IsKnown(MqttOptions options) =>
            new MqttConnection(options, new Topics("p1bridge"), TimeProvider.System, NullLogger.Instance, sessionFile: file).ClientOptionsOf().Client.SessionKnown;
    }

    [Fact]
    public void A_mark_that_cannot_be_written_is_none()
    {
        using var folder = new TemporaryFolder();
        var mark = new SessionMark(Path.Combine(folder.Add("file", "x"), "session.main"), "broker.lan:1883 me");

        mark.Note(isKept: true);

        Assert.False(mark.IsSet);
    }

    [Fact]
    public void A_mark_of_something_else_is_none_however_large()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("session.main", "");
        using (var file = File.OpenWrite(path)) file.SetLength(4L << 30); // Takes no room on the disk.
        var mark = new SessionMark(path, "broker.lan:1883 me");
        Assert.False(mark.IsSet);

        mark.Note(isKept: true);

        Assert.True(mark.IsSet);
    }

    [Fact]
    public void Within_the_limits_of_AWS_IoT_Core_without_being_told()
    {
        var options = Connection(new MqttOptions { Host = "aws", Profile = BrokerProfile.AwsIot }).ClientOptionsOf();

        Assert.InRange(options.FiltersPerRequest, 1, 8);
        Assert.InRange(options.MaximumInFlight, 1, 100);
        Assert.True(options.FirstDelay >= TimeSpan.FromSeconds(1), "one CONNECT a second");
        // The will is the one message that the bridge does not publish itself; values and records are 0 and 1 by configuration.
        Assert.NotEqual(MqttQualityOfService.ExactlyOnce, options.Client.Will!.QualityOfService);
    }

    [Theory]
    [InlineData("a/b/c/d/e/f/g/h", 10, null)]
    [InlineData("a/b/c/d/e/f/g/h/i", 10, "8 levels")]
    [InlineData("$aws/things", 10, "begin with $")]
    [InlineData("a", 128 * 1024, null)]
    [InlineData("a", 128 * 1024 + 1, "128 KiB")]
    public void What_AWS_IoT_Core_does_not_take_is_not_sent(string topic, int bytes, string? problem)
    {
        var found = AwsIotLimits.Problem(new MqttPublication(topic, new string('x', bytes), false, MessageKind.State));

        if (problem is null) Assert.Null(found);
        else Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_of_AWS_IoT_Core_has_256_bytes()
    {
        Assert.Null(AwsIotLimits.Problem(new MqttPublication(new string('x', 256), "", false, MessageKind.State)));
        Assert.NotNull(AwsIotLimits.Problem(new MqttPublication(new string('é', 129), "", false, MessageKind.State)));
    }

    static MqttConnection Connection(MqttOptions options) => new(options, new Topics("p1bridge"), TimeProvider.System, NullLogger.Instance);

    [Theory]
    [InlineData("broker.lan", "mqtt.host=broker.lan")]
    [InlineData("broker.lan:1884", "mqtt.host=broker.lan mqtt.port=1884")]
    [InlineData("10.0.0.2:1884", "mqtt.host=10.0.0.2 mqtt.port=1884")]
    [InlineData("fe80::1", "mqtt.host=fe80::1")]
    [InlineData("[fe80::1]", "mqtt.host=fe80::1")]
    [InlineData("[fe80::1]:1884", "mqtt.host=fe80::1 mqtt.port=1884")]
    public void A_broker_on_the_command_line_is_host_and_port(string broker, string settings)
        => Assert.Equal(settings, string.Join(' ', ConfigurationArguments.BrokerSettings(broker)));
}
