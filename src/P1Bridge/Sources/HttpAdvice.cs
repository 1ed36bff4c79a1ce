using System.Globalization;
using System.Net;
using System.Security.Authentication;
using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>What a failed question to a web address means, and what the user does next. HomeWizard's devices are known by their addresses.</summary>
sealed class HttpAdvice(HttpSourceOptions source, HttpSettings settings)
{
    const string Authority = "For a HomeWizard P1 meter, download HomeWizard's CA certificate (api-documentation.homewizard.com, Authorization) and set http.ca_file to it";

    string Host => source.Address.Authority;

    /// <summary>An answer that is not 200.</summary>
    public string Of(HttpStatusCode status) => $"{source} answered {(int)status}: " + (int)status switch
    {
        401 when settings.Token.IsSet => "the token is not valid. Get a new one from the device and put it in http.token or http.token_file.",
        401 => "it asks for a token. Get one from the device (HomeWizard: press its button and create a user) and put it in http.token or http.token_file.",
        403 when !source.IsEncrypted =>
            "the local API is switched off. In the HomeWizard Energy app: Settings, Meters, your P1 meter, switch on Local API.",
        403 => "it does not let us in. Check http.token, and whether its API is switched on.",
        404 => "there are no telegrams at this address. HomeWizard P1 meters have them at http://HOST/api/v1/telegram and https://HOST/api/telegram; its other devices have none.",
        429 => "it is asked too often. Set http.interval to a longer time.",
        503 => "it has got no telegram from the meter. Check that it is plugged in to the meter's P1 port, and that the grid operator has activated the port.",
        >= 300 and < 400 => "it sends us elsewhere, which is not followed. Set source to the final address.",
        >= 500 => "it has a fault of its own. Switch it off and on if this stays.",
        _ => "it does not understand the question. Check the address.",
    };

    /// <summary>No connection, or no secure one.</summary>
    public string Of(HttpRequestException exception, DeviceCertificate certificate) => exception switch
    {
        { InnerException: AuthenticationException } => OfCertificate(certificate),
        { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse } => OfHalfAnAnswer(),
        { HttpRequestError: HttpRequestError.NameResolutionError } => $"{Host} is not known on this network. Check the name, or use the device's IP address.",
        _ => $"{Host} cannot be reached: {exception.Message}. Check the address, and that the device is on.",
    };

    /// <summary>Nothing came in time.</summary>
    public string OfSilence(TimeSpan patience)
        => string.Create(CultureInfo.InvariantCulture, $"{Host} did not answer within {patience.TotalSeconds:0} s. Check the address, and that the device is on.");

    /// <summary>The answer ended before the telegram did.</summary>
    public string OfHalfAnAnswer() => $"{Host} broke off its answer. If this stays, check the network to it, and switch the device off and on.";

    /// <summary>A web page, JSON, a file.</summary>
    public string OfSomethingElse() => $"{source} answers, but not with a telegram. Check the address; HomeWizard P1 meters have telegrams at http://HOST/api/v1/telegram.";

    string OfCertificate(DeviceCertificate certificate)
    {
        if (certificate.PresentedName is not { } name) return $"no encrypted connection to {Host} could be made. Check that the address begins rightly with https.";
        if (!certificate.IsSignerTrusted)
            return settings.CaFile.Length == 0
                ? $"The certificate of {Host} ({name}) is signed by nobody this machine trusts. {Authority}."
                : $"The certificate of {Host} ({name}) is not signed by the authority in http.ca_file. Check that file, and the address.";
        return settings.CertificateName.Length == 0
            ? $"{Host} shows the certificate of '{name}'. If that is your device (HomeWizard: the last part is its serial number), set http.certificate_name to it."
            : $"{Host} shows the certificate of '{name}', not that of '{settings.CertificateName}'. Check http.certificate_name and the address: another device may have got it.";
    }
}
