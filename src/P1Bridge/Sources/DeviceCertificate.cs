using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>
/// Whether a device on the local network is the right one. Such devices are called by address while their certificate names a type and a
/// serial number, signed by their maker's own authority: both can be set, and without them the usual rules hold.
/// </summary>
sealed class DeviceCertificate(HttpSettings settings)
{
    /// <summary>Whom the certificate shown last belongs to; null before the first.</summary>
    public string? PresentedName { get; private set; }

    /// <summary>Whether that certificate was signed by a trusted authority, and holds today.</summary>
    public bool IsSignerTrusted { get; private set; }

    /// <summary>Sets what a connection checks. Throws <see cref="IOException"/> when the authority's file cannot be read any more.</summary>
    public void ApplyTo(SslClientAuthenticationOptions options)
    {
        if (settings.CaFile.Length > 0) options.CertificateChainPolicy = TrustOnly(settings.CaFile);
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsRight(certificate as X509Certificate2, errors);
    }

    static X509ChainPolicy TrustOnly(string file)
    {
        // Makers of meters publish no lists of revoked certificates.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
            return policy;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new IOException($"http.ca_file cannot be used: {exception.Message}", exception);
        }
    }

    bool IsRight(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        PresentedName = certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        IsSignerTrusted = certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        if (!IsSignerTrusted) return false;
        return settings.CertificateName.Length == 0 ? errors == SslPolicyErrors.None : Names(certificate!).Contains(settings.CertificateName, StringComparer.OrdinalIgnoreCase);
    }

    static IEnumerable<string> Names(X509Certificate2 certificate)
        => certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static extension => extension.EnumerateDnsNames())
            .Append(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
}
