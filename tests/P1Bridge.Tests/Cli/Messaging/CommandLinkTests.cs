using System.Net;
using System.Net.Sockets;
using P1Bridge.Cli.Messaging;
using P1Bridge.Mqtt;

namespace P1Bridge.Tests.Cli.Messaging;

public class CommandLinkTests
{
    [Fact]
    public async Task A_fault_names_the_options_as_they_are_typed()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var client = new MqttClient();

        var fault = await Assert.ThrowsAsync<MqttException>(
            () => client.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = port, Tls = new MqttTlsOptions { CertificateAuthorityFile = missing } }, CancellationToken.None));

        Assert.Contains("(option --cafile)", CommandLink.InWordsOfTheCommand(fault.Message), StringComparison.Ordinal);
    }
}
