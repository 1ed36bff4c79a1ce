namespace P1Bridge.Mqtt;

/// <summary>TLS of a link. Without anything set, the certificate is checked against the system's certificate authorities.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>
    /// PEM file with the certificate authorities to trust instead of the system's; also a self-signed server certificate. Read
    /// again at each connect. Default null: the system's.
    /// </summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>Name to ask for (SNI) and to find in the certificate. Default null: the host of the link.</summary>
    public string? ServerName { get; init; }

    /// <summary>Client certificate, PEM or PFX (<c>.pfx</c>, <c>.p12</c>). Read again at each connect. Default null: none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file with the key of the client certificate. Default null: the key is in the certificate's file.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Password of an encrypted key or PFX. Default null: not encrypted. Never shown.</summary>
    public string? ClientKeyPassword { get; init; }

    /// <summary>Application protocols to offer (ALPN), such as <c>mqtt</c>. Default none.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// Accept every certificate. Anyone between here and the broker can then read the password and change the messages: for
    /// finding faults only, and worth a warning at each start. Default false.
    /// </summary>
    public bool Insecure { get; init; }

    /// <summary>The settings without secrets.</summary>
    public override string ToString() =>
        Insecure ? "TLS without certificate check" : $"TLS, authorities {CertificateAuthorityFile ?? "of the system"}";
}
