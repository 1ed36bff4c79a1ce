using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

public sealed class TlsTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("p1bridge-mqtt-").FullName;
    readonly Certificates _authority;

    public TlsTests() => _authority = new Certificates(_directory);

    public void Dispose()
    {
        _authority.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    Task<Mosquitto> BrokerAsync(string name, bool expired = false, params string[] more)
    {
        var (certificate, key) = _authority.Issue(name, expired);
        return Mosquitto.StartInAsync(_directory, [$"cafile {_authority.AuthorityFile}", $"certfile {certificate}", $"keyfile {key}", .. more]);
    }

    static async Task<MqttConnectResult> ConnectAsync(int port, MqttTlsOptions? tls)
    {
        await using var client = new MqttClient();
        var result = await client.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = port, Tls = tls }).Soon();
        if (!result.Succeeded) return result;
        Assert.True((await client.PublishAsync(MqttMessage.Text("t", "x", MqttQualityOfService.AtLeastOnce)).Soon()).Succeeded);
        await client.DisconnectAsync().Soon();
        return result;
    }

    static async Task<MqttException> FailureAsync(int port, MqttTlsOptions? tls) =>
        await Assert.ThrowsAsync<MqttException>(() => ConnectAsync(port, tls));

    MqttTlsOptions Own => new() { CertificateAuthorityFile = _authority.AuthorityFile };

    [Fact]
    public async Task An_own_authority_is_trusted_when_it_is_named()
    {
        await using var broker = await BrokerAsync("127.0.0.1");
        Assert.True((await ConnectAsync(broker.Port, Own)).Succeeded);
    }

    [Fact]
    public async Task The_name_in_the_certificate_may_be_given_apart_from_the_address()
    {
        await using var broker = await BrokerAsync("broker.example");
        Assert.True((await ConnectAsync(broker.Port, Own with { ServerName = "broker.example", ApplicationProtocols = ["mqtt"] })).Succeeded);
    }

    [Fact]
    public async Task An_authority_that_nobody_knows_is_named_with_what_to_do()
    {
        await using var broker = await BrokerAsync("127.0.0.1");
        var failure = await FailureAsync(broker.Port, new MqttTlsOptions());
        Assert.Equal((MqttFailure.Tls, true), (failure.Failure, failure.IsConfigurationProblem));
        Assert.Contains("untrusted root", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CertificateAuthorityFile", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrong_authority_is_not_enough()
    {
        using var other = new Certificates(_directory, "other");
        await using var broker = await BrokerAsync("127.0.0.1");
        var failure = await FailureAsync(broker.Port, new MqttTlsOptions { CertificateAuthorityFile = other.AuthorityFile });
        Assert.Contains("untrusted root", failure.Message, StringComparison.Ordinal);
        Assert.Contains(other.AuthorityFile, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        await using var broker = await BrokerAsync("broker.example");
        Assert.Contains("wrong host name", (await FailureAsync(broker.Port, Own)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using var broker = await BrokerAsync("127.0.0.1", expired: true);
        Assert.Contains("expired", (await FailureAsync(broker.Port, Own)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Insecure_takes_any_certificate()
    {
        await using var broker = await BrokerAsync("broker.example", expired: true);
        Assert.Contains("not checked", Assert.Single((await ConnectAsync(broker.Port, new MqttTlsOptions { Insecure = true })).Notices), StringComparison.Ordinal);
        Assert.Contains("without certificate check", $"{new MqttTlsOptions { Insecure = true }}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_refused_unless_it_is_named_as_authority()
    {
        var (certificate, key) = _authority.SelfSigned("127.0.0.1");
        await using var broker = await Mosquitto.StartInAsync(_directory, $"certfile {certificate}", $"keyfile {key}");
        Assert.Contains("untrusted root", (await FailureAsync(broker.Port, Own)).Message, StringComparison.Ordinal);
        Assert.Contains("untrusted root", (await FailureAsync(broker.Port, new MqttTlsOptions())).Message, StringComparison.Ordinal);
        Assert.Empty((await ConnectAsync(broker.Port, new MqttTlsOptions { CertificateAuthorityFile = certificate })).Notices);
    }

    [Fact]
    public async Task A_client_certificate_may_be_encrypted_PEM_or_PFX()
    {
        await using var broker = await BrokerAsync("127.0.0.1", expired: false, "require_certificate true");
        var (certificate, key, pfx) = _authority.IssueEncrypted("bridge", "hunter2");
        var pem = Own with { ClientCertificateFile = certificate, ClientKeyFile = key, ClientKeyPassword = "hunter2" };
        Assert.True((await ConnectAsync(broker.Port, pem)).Succeeded);
        Assert.True((await ConnectAsync(broker.Port, Own with { ClientCertificateFile = pfx, ClientKeyPassword = "hunter2" })).Succeeded);
        foreach (var wrong in new[] { pem with { ClientKeyPassword = "geheim1" }, Own with { ClientCertificateFile = pfx, ClientKeyPassword = "geheim1" } })
        {
            var failure = await FailureAsync(broker.Port, wrong);
            Assert.Equal((MqttFailure.Configuration, true), (failure.Failure, failure.IsConfigurationProblem));
            Assert.Contains(wrong.ClientCertificateFile!, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("geheim1", $"{failure} {wrong}", StringComparison.Ordinal);
        }
        Assert.Contains("ClientKeyPassword", (await FailureAsync(broker.Port, pem with { ClientKeyPassword = null })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_read_again_at_each_connect()
    {
        await using var broker = await BrokerAsync("127.0.0.1", expired: false, "require_certificate true");
        using var other = new Certificates(_directory, "other");
        var (authority, client, key) = (Path.Combine(_directory, "now.pem"), Path.Combine(_directory, "now.crt"), Path.Combine(_directory, "now.key"));
        var tls = new MqttTlsOptions { CertificateAuthorityFile = authority, ClientCertificateFile = client, ClientKeyFile = key };
        File.Copy(other.AuthorityFile, authority);
        Replace(other.Issue("bridge", forClient: true), client, key);
        Assert.Equal(MqttFailure.Tls, (await FailureAsync(broker.Port, tls)).Failure);
        File.Copy(_authority.AuthorityFile, authority, overwrite: true);
        Assert.Equal(MqttFailure.Network, (await FailureAsync(broker.Port, tls)).Failure); // Now it is the broker that does not know us.
        Replace(_authority.Issue("bridge", forClient: true), client, key);
        Assert.True((await ConnectAsync(broker.Port, tls)).Succeeded);
    }

    static void Replace((string Certificate, string Key) files, string certificate, string key)
    {
        File.Copy(files.Certificate, certificate, overwrite: true);
        File.Copy(files.Key, key, overwrite: true);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, null, "localhost")]
    [InlineData(SslProtocols.Tls13, null, "localhost")]
    [InlineData(SslProtocols.Tls13, "broker.example", "broker.example")]
    public async Task TLS_1_2_and_1_3_carry_the_name_and_the_application_protocol(SslProtocols version, string? serverName, string expectedName)
    {
        var (certificateFile, keyFile) = _authority.Issue(expectedName);
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string? asked = null;
        var serving = Task.Run(async () =>
        {
            using var accepted = await listener.AcceptTcpClientAsync().Soon();
            await using var tls = new SslStream(accepted.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = version,
                ApplicationProtocols = [new SslApplicationProtocol("other"), new SslApplicationProtocol("x-amzn-mqtt-ca")],
                ServerCertificateSelectionCallback = (_, name) =>
                {
                    asked = name;
                    return pem;
                },
            });
            Assert.True(await tls.ReadAsync(new byte[100]) > 0);
            await tls.WriteAsync(Wire.Connack(MqttProtocolVersion.V5));
            while (await tls.ReadAsync(new byte[100]) > 0)
            {
            }
            return (tls.SslProtocol, tls.NegotiatedApplicationProtocol.ToString());
        });
        await using var client = new MqttClient();
        var result = await client.ConnectAsync(new MqttClientOptions
        {
            Host = "localhost",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            ProtocolVersion = MqttProtocolVersion.V5,
            Tls = Own with { ServerName = serverName, ApplicationProtocols = ["x-amzn-mqtt-ca"] },
        }).Soon();
        Assert.True(result.Succeeded);
        await client.DisconnectAsync().Soon();
        Assert.Equal((version, "x-amzn-mqtt-ca"), await serving.Soon());
        Assert.Equal(expectedName, asked);
    }

    [Fact]
    public async Task A_client_certificate_lets_in_and_its_absence_does_not()
    {
        await using var broker = await BrokerAsync("127.0.0.1", expired: false, "require_certificate true", "use_identity_as_username true");
        var (certificate, key) = _authority.Issue("bridge", forClient: true);
        Assert.True((await ConnectAsync(broker.Port, Own with { ClientCertificateFile = certificate, ClientKeyFile = key })).Succeeded);
        Assert.Contains("client certificate", (await FailureAsync(broker.Port, Own)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_to_a_plain_port_and_plain_to_a_TLS_port_say_what_may_be_wrong()
    {
        await using var plain = await Mosquitto.StartAsync();
        await using var broker = await BrokerAsync("127.0.0.1");
        Assert.Contains("Does this port speak TLS", (await FailureAsync(plain.Port, Own)).Message, StringComparison.Ordinal);
        Assert.Contains("does it want TLS", (await FailureAsync(broker.Port, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_named()
    {
        using var broker = new FakeBroker();
        var empty = Path.Combine(_directory, "empty.pem");
        await File.WriteAllTextAsync(empty, "no certificate");
        foreach (var tls in new[]
        {
            new MqttTlsOptions { CertificateAuthorityFile = "/nowhere/ca.pem" }, new MqttTlsOptions { CertificateAuthorityFile = empty },
            new MqttTlsOptions { ClientCertificateFile = "/nowhere/client.pem", ClientKeyPassword = "hunter2" },
        })
        {
            var failure = await FailureAsync(broker.Port, tls);
            Assert.Equal((MqttFailure.Configuration, true), (failure.Failure, failure.IsConfigurationProblem));
            Assert.Contains(tls.CertificateAuthorityFile ?? tls.ClientCertificateFile!, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", $"{failure}", StringComparison.Ordinal);
        }
    }
}
