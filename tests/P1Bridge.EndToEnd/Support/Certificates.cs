using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P1Bridge.EndToEnd.Support;

/// <summary>An authority of the test's own and a certificate it signed for 127.0.0.1, as PEM files.</summary>
static class Certificates
{
    public static string AuthorityIn(string folder) => Path.Combine(folder, "authority.pem");

    /// <summary>Writes all files and returns the broker's certificate and key.</summary>
    public static (string Certificate, string Key) Write(string folder)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of the tests", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var authority = request.CreateSelfSigned(from, to);
        File.WriteAllText(AuthorityIn(folder), authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificatePath, keyPath) = (Path.Combine(folder, "broker.pem"), Path.Combine(folder, "broker.key"));
        using var certificate = Sign(key, authority, from, to);
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    static X509Certificate2 Sign(ECDsa key, X509Certificate2 authority, DateTimeOffset from, DateTimeOffset to)
    {
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
    }
}
