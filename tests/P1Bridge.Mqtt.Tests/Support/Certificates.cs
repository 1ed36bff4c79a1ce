using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A certificate authority of the test's own, and what it signs, as PEM files in a directory.</summary>
sealed class Certificates : IDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 _authority;
    readonly string _directory;

    public Certificates(string directory, string name = "ca")
    {
        _directory = directory;
        var request = new CertificateRequest($"CN=P1Bridge test {name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
        AuthorityFile = Write($"{name}.pem", _authority.ExportCertificatePem());
    }

    public string AuthorityFile { get; }

    /// <summary>Signs a certificate for a host (or client name) and returns its two files.</summary>
    public (string Certificate, string Key) Issue(string name, bool expired = false, bool forClient = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var purpose = new Oid(forClient ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1");
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([purpose], false));
        var from = DateTimeOffset.UtcNow.AddYears(-2);
        using var certificate = request.Create(
            _authority, from, expired ? from.AddDays(30) : DateTimeOffset.UtcNow.AddYears(1), RandomNumberGenerator.GetBytes(8));
        var file = Guid.NewGuid().ToString("N");
        return (Write($"{file}.crt", certificate.ExportCertificatePem()), Write($"{file}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>Like <see cref="Issue"/>, with the key encrypted: as PEM beside the certificate, and both as PFX.</summary>
    public (string Certificate, string Key, string Pfx) IssueEncrypted(string name, string password)
    {
        var (certificateFile, keyFile) = Issue(name, forClient: true);
        using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        using var key = certificate.GetECDsaPrivateKey()!;
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        var file = Guid.NewGuid().ToString("N");
        var pfx = Path.Combine(_directory, $"{file}.pfx");
        File.WriteAllBytes(pfx, certificate.Export(X509ContentType.Pkcs12, password));
        return (certificateFile, Write($"{file}.key", key.ExportEncryptedPkcs8PrivateKeyPem(password, parameters)), pfx);
    }

    /// <summary>A certificate that nobody but its own key has signed.</summary>
    public (string Certificate, string Key) SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(name));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        return (Write("self.crt", certificate.ExportCertificatePem()), Write("self.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
