namespace P1Bridge.Mqtt.Tests;

public class MqttClientOptionsTests
{
    static string ErrorOf(MqttClientOptions options) => Assert.Throws<ArgumentException>(options.Validate).Message;

    [Fact]
    public void The_defaults_are_valid()
    {
        new MqttClientOptions().Validate();
        new ManagedMqttClientOptions().Validate();
    }

    [Fact]
    public void Each_error_names_its_option()
    {
        Assert.Contains("Host", ErrorOf(new MqttClientOptions { Host = " " }), StringComparison.Ordinal);
        Assert.Contains("Port", ErrorOf(new MqttClientOptions { Port = 0 }), StringComparison.Ordinal);
        Assert.Contains("KeepAlive", ErrorOf(new MqttClientOptions { KeepAlive = TimeSpan.FromSeconds(65_536) }), StringComparison.Ordinal);
        Assert.Contains("KeepAlive", ErrorOf(new MqttClientOptions { KeepAlive = TimeSpan.FromMilliseconds(1500) }), StringComparison.Ordinal);
        Assert.Contains("Will", ErrorOf(new MqttClientOptions { Will = MqttMessage.Text("a/#", "x") }), StringComparison.Ordinal);
        Assert.Contains("Will", ErrorOf(new MqttClientOptions { Will = MqttMessage.Text("a", "x", (MqttQualityOfService)3) }), StringComparison.Ordinal);
        Assert.Contains("ConnectTimeout", ErrorOf(new MqttClientOptions { ConnectTimeout = TimeSpan.Zero }), StringComparison.Ordinal);
        Assert.Contains("MaximumPacketSize", ErrorOf(new MqttClientOptions { MaximumPacketSize = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_the_options_shows_a_secret()
    {
        var options = new MqttClientOptions
        {
            UserName = "u",
            Password = "hunter2\0",
            Tls = new MqttTlsOptions { ClientKeyPassword = "hunter2" },
        };
        var managed = new ManagedMqttClientOptions { Client = options };
        Assert.DoesNotContain("hunter2", $"{options} {managed} {options.Tls} {ErrorOf(options)}", StringComparison.Ordinal);
    }
}
