using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace P1Bridge.Configuration;

/// <summary>The <c>mqtt</c> section.</summary>
sealed partial class BridgeBinder
{
    const int PlainPort = 1883;
    const int TlsPort = 8883;
    const int LargestCertificateFile = 1024 * 1024;

    static MqttOptions Mqtt(OptionsReader section)
    {
        var standard = new MqttOptions();
        var host = section.RequiredText("host", "Name or address of the broker.", TextRule.Host, "broker.lan");
        var port = section.Port("port", "TCP port of the broker.", "`1883`; `8883` with TLS");
        var options = standard with
        {
            Host = host,
            User = section.Text("user", standard.User, "User name; empty: none."),
            Password = section.SecretText("password", "Password of the user."),
            ClientId = section.Text("client_id", standard.ClientId, "MQTT client identifier; empty: derived from the machine."),
            KeepAlive = section.Duration(
                "keep_alive", standard.KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromHours(18), "Longest silence before broker and bridge check on each other."),
            ConnectTimeout = section.Duration(
                "connect_timeout", standard.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "Patience with one attempt to connect."),
            BaseTopic = section.Text("base_topic", standard.BaseTopic, "First part of every topic of the bridge.", TextRule.Topic),
            Retain = section.Switch("retain", standard.Retain, "Publish values retained: who subscribes later has them at once."),
            ValueQualityOfService = section.Whole(
                "qos", standard.ValueQualityOfService, 0, 1, "Quality of service of retained values; they are sent again after a lost connection with either."),
            Tls = section.Section("tls", "Encryption.", Tls),
        };
        options = options with { Port = port ?? (options.Tls.Enabled ? TlsPort : PlainPort) };
        if (port is null) section.Resolve("port", FormattableString.Invariant($"{options.Port}"));
        WarnAboutMqtt(section, options);
        return options;
    }

    static void WarnAboutMqtt(OptionsReader section, MqttOptions options)
    {
        if (options.Password.IsSet && options.User.Length == 0) section.Warn("user", "a password without a user; most brokers refuse that");
        if (options.Port == TlsPort && !options.Tls.Enabled)
            section.Warn("port", "8883 is the port for TLS, and TLS is off; set mqtt.tls.enabled");
    }

    static TlsOptions Tls(OptionsReader section)
    {
        var standard = new TlsOptions();
        var enabled = section.Switch("enabled", standard.Enabled, "Encrypt the connection. A ca_file turns it on as well.");
        var file = section.Text(
            "ca_file", standard.CaFile, "PEM file of the authority that signed the broker's certificate; empty: the system's authorities.");
        var insecure = section.Switch(
            "insecure", standard.Insecure, "Accept any certificate. Anybody in between can then read and change everything.");
        if (file.Length > 0 && ProblemOfCertificates(file) is { } problem) section.Refuse("ca_file", problem);
        if (file.Length > 0 && section.IsDefault("enabled"))
        {
            enabled = true;
            section.Resolve("enabled", "true");
        }
        if (file.Length > 0 && !enabled) section.Warn("enabled", "TLS is off, so ca_file is not used");
        if (insecure) section.Warn("insecure", "any certificate is accepted; nothing proves that the broker is the right one");
        return new() { Enabled = enabled, CaFile = file, Insecure = insecure };
    }

    static string? ProblemOfCertificates(string path)
    {
        if (!FileText.TryRead(path, LargestCertificateFile, out var bytes, out var problem))
            return $"cannot read {Printable.Quoted(path)}: {problem}";
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.Latin1.GetString(bytes));
        }
        catch (CryptographicException)
        {
            return $"{Printable.Quoted(path)} holds a damaged certificate";
        }
        var count = certificates.Count;
        foreach (var certificate in certificates) certificate.Dispose();
        return count > 0 ? null : $"{Printable.Quoted(path)} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
    }
}
