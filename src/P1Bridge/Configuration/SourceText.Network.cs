using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>Sources behind a network, and ports whose path was shortened.</summary>
static partial class SourceText
{
    /// <summary>Where a HomeWizard P1 meter answers with its last telegram: API v1.</summary>
    public const string PlainTelegramPath = "/api/v1/telegram";

    /// <summary>The same with encryption: API v2.</summary>
    public const string EncryptedTelegramPath = "/api/telegram";

    /// <summary>MQTT 3.1.1 section 1.5.3.</summary>
    const int LongestTopic = 65_535;

    static TcpSourceOptions? Tcp(string address, ref string? hint)
    {
        if (!TrySplit(address, out var host, out var port, "tcp://host:port", ref hint)) return null;
        if (port is { } number) return new TcpSourceOptions(host, number);
        hint = "the port is missing: tcp://host:port";
        return null;
    }

    static MqttSourceOptions? RemoteTopic(string text, ref string? hint)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            hint = "the topic is missing: mqtt://host/topic";
            return null;
        }
        if (!TrySplit(text[..slash], out var host, out var port, "mqtt://host:port/topic", ref hint)) return null;
        return Topic(text[(slash + 1)..], ref hint) is { } topic ? new MqttSourceOptions(topic, host, port) : null;
    }

    static string? Topic(string text, ref string? hint)
    {
        if (text.Length == 0) hint = "the topic is missing behind mqtt:";
        else if (text.AsSpan().ContainsAny('+', '#')) hint = "one topic, without + and #: the telegrams of two meters would be mixed";
        else if (text.StartsWith('$') || text.Any(char.IsControl) || text.Length > LongestTopic) hint = "that is no name of a topic";
        else return text;
        return null;
    }

    static HttpSourceOptions? Web(string text, ref string? hint)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0) hint = "that is no web address";
        else if (address.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal)) hint = "user names and passwords are not used here; a token is http.token";
        else if (address.Fragment.Length > 0) hint = "no # in the address";
        else return new HttpSourceOptions(address.PathAndQuery != "/" ? address : new Uri(address, address.Scheme == Uri.UriSchemeHttps ? EncryptedTelegramPath : PlainTelegramPath));
        return null;
    }

    /// <summary>Takes <c>host</c> or <c>host:port</c> apart; IPv6 addresses stand in brackets.</summary>
    static bool TrySplit(string address, out string host, out int? port, string form, ref string? hint)
    {
        var colon = address.EndsWith(']') ? -1 : address.LastIndexOf(':');
        var name = colon < 0 ? address : address[..colon];
        host = name.StartsWith('[') && name.EndsWith(']') ? name[1..^1] : name;
        port = null;
        if (name == host && colon >= 0 && IsBareAddress(host)) hint = $"an IPv6 address stands in brackets: {form.Replace("host", "[::1]", StringComparison.Ordinal).Replace("port", "2000", StringComparison.Ordinal)}";
        else if (address.Contains('@', StringComparison.Ordinal)) hint = form.StartsWith("mqtt", StringComparison.Ordinal) ? "user and password are broker.user and broker.password of this meter" : "user names and passwords are not used here";
        else if (Uri.CheckHostName(host) == UriHostNameType.Unknown) hint = "that is no host name or address";
        else if (colon < 0) return true;
        else if (!int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535) hint = "the port is a number from 1 to 65535";
        else
        {
            port = number;
            return true;
        }
        return false;
    }

    static bool IsBareAddress(string host) => Uri.CheckHostName(host) == UriHostNameType.IPv6;

    /// <summary>The port that a name without its folder most likely means; null when it is none.</summary>
    static string? Port(string text)
    {
        var name = text.TrimStart('/');
        if (name.StartsWith("dev/", StringComparison.Ordinal)) name = name["dev/".Length..];
        if (text.StartsWith("/dev/", StringComparison.Ordinal)) return null;
        var isPort = name.StartsWith("serial/by-", StringComparison.Ordinal)
            || (name.StartsWith("tty", StringComparison.Ordinal) && name.Length > 3 && name.All(char.IsAsciiLetterOrDigit) && name.Any(char.IsAsciiDigit));
        if (isPort) return $"/dev/{name}";
        return name.StartsWith("usb-", StringComparison.Ordinal) && name.Contains("-if0", StringComparison.Ordinal) ? $"/dev/serial/by-id/{name}" : null;
    }
}
