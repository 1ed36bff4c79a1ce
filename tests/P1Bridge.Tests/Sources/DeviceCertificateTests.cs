using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P1Bridge.Configuration;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

/// <summary>Encrypted devices, with an authority and names as HomeWizard's: type and serial number in place of a host.</summary>
public sealed class DeviceCertificateTests : IDisposable
{
    const string Name = "appliance/p1dongle/5c2fafaabbcc";
    const string Token = "FEDCBA9876543210FEDCBA9876543210";

    static readonly byte[] Telegram = Corpus.Bytes("dsmr22-nl-gas.txt");
    static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-test-");
    readonly X509Certificate2 _authority = Authority("Appliance Access CA");

    [Fact]
    public async Task The_right_device_is_read_with_its_token()
    {
        await using var device = new WebDevice(Signed(Name, _authority));
        device.Answer(200, Telegram);
        await using var stream = await OpenAsync(device, Settings(_authority, Name));

        Assert.Equal(Telegram.Length, await stream.ReadAsync(new byte[20_000]));
        var head = Assert.Single(device.Requests);
        Assert.StartsWith("GET /api/telegram HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {Token}", head, StringComparison.Ordinal);
        Assert.Contains("X-Api-Version: 2", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_device_whose_name_is_not_set_is_named_and_gets_no_token()
        => await RefusedAsync(Signed(Name, _authority), Settings(_authority, ""), $"shows the certificate of '{Name}'", "set http.certificate_name to it");

    [Fact]
    public async Task Another_device_of_the_same_maker_is_refused_and_gets_no_token()
        => await RefusedAsync(Signed("appliance/p1dongle/deadbeef0000", _authority), Settings(_authority, Name), "not that of 'appliance/p1dongle/5c2fafaabbcc'", "another device may have got it");

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_with_where_to_get_it()
        => await RefusedAsync(Signed(Name, _authority), Settings(null, Name), "signed by nobody this machine trusts", "set http.ca_file to it");

    [Fact]
    public async Task A_name_signed_by_another_authority_is_refused()
    {
        using var other = Authority("Appliance Access CA");
        await RefusedAsync(Signed(Name, other), Settings(_authority, Name), "is not signed by the authority in http.ca_file", "Check that file");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
        => await RefusedAsync(Signed(Name, _authority, Yesterday), Settings(_authority, Name), "is not signed by the authority in http.ca_file", "");

    [Fact]
    public async Task Where_the_certificate_names_the_host_no_name_need_be_set()
    {
        await using var device = new WebDevice(Signed("gateway", _authority, address: "127.0.0.1"));
        device.Answer(200, Telegram);
        await using var stream = await OpenAsync(device, Settings(_authority, ""));

        Assert.Single(device.Requests);
    }

    [Fact]
    public async Task A_device_without_encryption_is_told_from_one_with_a_wrong_certificate()
    {
        await using var device = new WebDevice();
        device.AnswerRaw("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<IOException>(async () => await OpenAsync(device, Settings(_authority, Name)));
        Assert.DoesNotContain("certificate of", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    static async Task RefusedAsync(X509Certificate2 certificate, HttpSettings settings, params string[] texts)
    {
        await using var device = new WebDevice(certificate);
        device.Answer(200, Telegram);

        var failure = await Assert.ThrowsAsync<IOException>(async () => await OpenAsync(device, settings));

        Assert.All(texts, text => Assert.Contains(text, failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(device.Requests, static head => head.Length > 0);
    }

    static ValueTask<Stream> OpenAsync(WebDevice device, HttpSettings settings)
        => new HttpSource((HttpSourceOptions)SourceText.Parse($"https://{device.Authority}", out _)!, settings, Some.Catalogue, TimeProvider.System).OpenAsync(CancellationToken.None);

    HttpSettings Settings(X509Certificate2? authority, string name)
    {
        var file = Path.Combine(_folder.FullName, "ca.pem");
        if (authority is not null) File.WriteAllText(file, authority.ExportCertificatePem());
        return new HttpSettings { Token = new Secret(Token), CertificateName = name, CaFile = authority is null ? "" : file };
    }

    static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Yesterday.AddDays(-1), Yesterday.AddDays(30));
    }

    static X509Certificate2 Signed(string name, X509Certificate2 authority, DateTimeOffset? until = null, string? address = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(System.Net.IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }
        using var signed = request.Create(authority, Yesterday.AddHours(-12), until ?? Yesterday.AddDays(20), RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);
        // A key that lives in memory only cannot be used by every platform's TLS.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
