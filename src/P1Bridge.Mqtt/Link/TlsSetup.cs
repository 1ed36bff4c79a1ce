using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P1Bridge.Mqtt.Link;

/// <summary>Turns <see cref="MqttTlsOptions"/> into a handshake, and a failed handshake into advice.</summary>
sealed class TlsSetup(MqttClientOptions options, MqttTlsOptions tls)
{
    SslPolicyErrors _errors;
    X509ChainStatusFlags _chain;

    public async Task<SslStream> AuthenticateAsync(Stream inner, CancellationToken cancellationToken)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsClientAsync(Authentication(), cancellationToken);
            return stream;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            var isConfigurationProblem = _errors != SslPolicyErrors.None;
            throw new MqttException(MqttFailure.Tls, Describe(exception), exception) { IsConfigurationProblem = isConfigurationProblem };
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    string Target => tls.ServerName ?? options.Host;

    SslClientAuthenticationOptions Authentication() => new()
    {
        TargetHost = Target,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = Policy(),
        ClientCertificates = ClientCertificates(),
        ApplicationProtocols = tls.ApplicationProtocols.Count == 0
            ? null
            : [.. tls.ApplicationProtocols.Select(name => new SslApplicationProtocol(name))],
        RemoteCertificateValidationCallback = Check,
    };

    bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _errors = errors;
        foreach (var status in chain?.ChainStatus ?? []) _chain |= status.Status;
        return errors == SslPolicyErrors.None || tls.Insecure;
    }

    X509ChainPolicy Policy()
    {
        // Home brokers have no revocation lists to ask, and a meter cupboard often no way to the internet.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (tls.CertificateAuthorityFile is not { } file) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        Load(file, nameof(tls.CertificateAuthorityFile), () => policy.CustomTrustStore.ImportFromPemFile(file));
        if (policy.CustomTrustStore.Count == 0)
            throw Unusable(file, nameof(tls.CertificateAuthorityFile), "it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        return policy;
    }

    X509CertificateCollection? ClientCertificates()
    {
        if (tls.ClientCertificateFile is not { } file) return null;
        var certificates = new X509CertificateCollection();
        RequirePasswordOfKey(tls.ClientKeyFile ?? file);
        Load(file, nameof(tls.ClientCertificateFile), () => certificates.Add(ClientCertificate(file)));
        return certificates;
    }

    // Without this the platform only says that certificate and key do not match.
    void RequirePasswordOfKey(string file)
    {
        if (tls.ClientKeyPassword is not null || IsPfx(file)) return;
        var encrypted = false;
        Load(file, nameof(tls.ClientKeyFile), () => encrypted = File.ReadAllText(file).Contains("ENCRYPTED", StringComparison.Ordinal));
        if (encrypted) throw Unusable(file, nameof(tls.ClientKeyFile), $"the key is encrypted; set {nameof(tls.ClientKeyPassword)}");
    }

    static bool IsPfx(string file) => Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";

    X509Certificate2 ClientCertificate(string file)
    {
        if (IsPfx(file)) return X509CertificateLoader.LoadPkcs12FromFile(file, tls.ClientKeyPassword);
        using var pem = tls.ClientKeyPassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password, tls.ClientKeyFile)
            : X509Certificate2.CreateFromPemFile(file, tls.ClientKeyFile);
        // Windows wants the key in a store of its own before it signs with it; a pass through PKCS#12 does that.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    static void Load(string file, string option, Action load)
    {
        try
        {
            load();
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unusable(file, option, exception.Message);
        }
    }

    static MqttException Unusable(string file, string option, string why) =>
        new(MqttFailure.Configuration, $"The file {file} (option {option}) cannot be used: {why.TrimEnd('.')}.") { IsConfigurationProblem = true };

    string Describe(Exception exception)
    {
        var broker = $"{options.Host}:{options.Port}";
        if (_errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"TLS to {broker}: wrong host name. The certificate is not for \"{Target}\"; "
                + $"connect by a name that is in it, or set {nameof(tls.ServerName)}.";
        }
        if (_chain.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return $"TLS to {broker}: the certificate is expired or not valid yet. Renew it, or set the clock of this machine.";
        if ((_chain & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"TLS to {broker}: untrusted root. The certificate was not issued by {Authorities}; "
                + $"set {nameof(tls.CertificateAuthorityFile)} to the CA certificate of the broker.";
        if (_errors != SslPolicyErrors.None) return $"TLS to {broker}: the certificate is not accepted ({_errors}, {_chain}).";
        return $"TLS to {broker} failed: {exception.Message} "
            + "Does this port speak TLS (mostly 8883), and does the broker ask for a client certificate?";
    }

    string Authorities => tls.CertificateAuthorityFile is { } file ? $"an authority in {file}" : "an authority that this system knows";
}
