using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace P1Bridge.Configuration;

/// <summary>The <c>tls</c> sections.</summary>
sealed partial class BridgeBinder
{
    const int LargestCertificateFile = 1024 * 1024;

    static TlsOptions Tls(OptionsReader section)
    {
        var standard = new TlsOptions();
        var enabled = section.Switch("enabled", standard.Enabled, "Encrypt the connection. A ca_file or cert_file turns it on as well.");
        var file = section.Text(
            "ca_file", standard.CaFile, "PEM file of the authority that signed the broker's certificate; empty: the system's authorities.");
        var insecure = section.Switch(
            "insecure", standard.Insecure, "Accept any certificate. Anybody in between can then read and change everything.");
        var options = new TlsOptions
        {
            CaFile = file,
            CertFile = section.Text("cert_file", standard.CertFile, "Client certificate, PEM or PFX, where the broker asks for one; empty: none. Read again at each connect."),
            KeyFile = section.Text("key_file", standard.KeyFile, "PEM file with the key of the client certificate; empty: it is in cert_file."),
            KeyPassword = section.SecretText("key_password", "Password of the key or PFX."),
            ServerName = section.Text("server_name", standard.ServerName, "Name to ask for (SNI) and to find in the broker's certificate; empty: the host."),
            Alpn = section.Text("alpn", standard.Alpn, "Application protocol to offer (ALPN), such as mqtt; empty: none."),
            Insecure = insecure,
        };
        if (file.Length > 0 && ProblemOfCertificates(file) is { } problem) section.Refuse("ca_file", problem);
        CheckClientCertificate(section, options);
        if ((file.Length > 0 || options.CertFile.Length > 0) && section.IsDefault("enabled"))
        {
            enabled = true;
            section.Resolve("enabled", "true");
        }
        if (file.Length > 0 && !enabled) section.Warn("enabled", "TLS is off, so ca_file is not used");
        if (insecure) section.Warn("insecure", "any certificate is accepted; nothing proves that the broker is the right one");
        return options with { Enabled = enabled };
    }

    static void CheckClientCertificate(OptionsReader section, TlsOptions options)
    {
        if (options.CertFile.Length > 0 && ProblemOfFile(options.CertFile) is { } certificate) section.Refuse("cert_file", certificate);
        if (options.KeyFile.Length > 0 && ProblemOfFile(options.KeyFile) is { } key) section.Refuse("key_file", key);
        foreach (var name in (string[])["key_file", "key_password", "key_password_file"])
        {
            if (options.CertFile.Length == 0 && !section.IsDefault(name)) section.Warn(name, "used only with cert_file");
        }
    }

    static string? ProblemOfFile(string path) =>
        FileText.TryRead(path, LargestCertificateFile, out _, out var problem) ? null : $"cannot read {Printable.Quoted(path)}: {problem}";

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
