using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class TlsTests
{
    internal static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddYears(1));
        return certificate.ExportCertificatePem();
    }

    [Fact]
    public void A_ca_file_turns_TLS_on_with_its_port()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("ca.pem", "comments may stand before it\n" + Certificate());
        var mqtt = Some.Options(Some.Minimal, null, "mqtt.tls.ca_file=" + path).Mqtt;
        Assert.Equal((true, path, 8883), (mqtt.Tls.Enabled, mqtt.Tls.CaFile, mqtt.Port));
    }

    [Fact]
    public void TLS_that_is_switched_off_stays_off_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        var loaded = Some.Loaded(Some.Minimal, null, "mqtt.tls.ca_file=" + folder.Add("ca.pem", Certificate()), "mqtt.tls.enabled=false");
        Assert.False(loaded.Options.Mqtt.Tls.Enabled);
        Assert.Equal(["command line: mqtt.tls.enabled: TLS is off, so ca_file is not used"], loaded.Warnings);
    }

    [Theory]
    [InlineData("", "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a damaged certificate")]
    public void A_file_without_a_certificate_is_refused(string content, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("ca.pem", content);
        Assert.Equal($"command line: mqtt.tls.ca_file: '{path}' {message}", Some.Message(Some.Minimal, null, "mqtt.tls.ca_file=" + path));
    }

    [Fact]
    public void The_effective_configuration_with_a_ca_file_says_that_TLS_is_on()
    {
        using var folder = new TemporaryFolder();
        var loaded = Some.Loaded(Some.Minimal, null, "mqtt.tls.ca_file=" + folder.Add("ca.pem", Certificate()));
        Assert.Equivalent(loaded.Options, Some.Options(Some.Effective(loaded)), strict: true);
    }

    [Fact]
    public void A_client_certificate_turns_TLS_on_as_well()
    {
        using var folder = new TemporaryFolder();
        var tls = Some.Options(
            Some.Minimal, null, "mqtt.tls.cert_file=" + folder.Add("cert.pem", Certificate()), "mqtt.tls.key_file=" + folder.Add("key.pem", "a key"),
            "mqtt.tls.key_password_file=" + folder.Add("word", "of the key\n")).Mqtt.Tls;

        Assert.Equal((true, "of the key"), (tls.Enabled, tls.KeyPassword.Reveal()));
    }

    [Theory]
    [InlineData("cert_file")]
    [InlineData("key_file")]
    public void A_file_that_is_not_there_is_named(string key)
        => Assert.Contains($"mqtt.tls.{key}: cannot read '/nowhere/at.all'", Some.Message(Some.Minimal, null, $"mqtt.tls.{key}=/nowhere/at.all"), StringComparison.Ordinal);

    [Fact]
    public void A_key_without_certificate_is_noted()
        => Assert.Contains("mqtt.tls.key_password: used only with cert_file", Assert.Single(Some.Loaded(Some.Minimal, null, "mqtt.tls.key_password=x").Warnings), StringComparison.Ordinal);
}
