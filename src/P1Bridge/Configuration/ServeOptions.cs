using System.Globalization;
using System.Net;

namespace P1Bridge.Configuration;

/// <summary>The address of this machine at which the raw bytes are handed to other programs.</summary>
/// <param name="Address">An IPv4 or IPv6 address, without brackets.</param>
/// <param name="Port">TCP port.</param>
sealed record ServeOptions(string Address, int Port)
{
    const string Prefix = "tcp://";

    /// <summary>Whether other machines can connect.</summary>
    public bool IsOpenToOthers => !IPAddress.IsLoopback(IPAddress.Parse(Address));

    /// <summary>The same for sockets.</summary>
    public IPEndPoint ToEndPoint() => new(IPAddress.Parse(Address), Port);

    /// <summary>Reads <c>tcp://ADDRESS:PORT</c>; on failure <paramref name="hint"/> says what is wrong, or is null.</summary>
    public static ServeOptions? Parse(string text, out string? hint)
    {
        hint = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var colon = text.LastIndexOf(':');
        var host = colon < Prefix.Length ? text[Prefix.Length..] : text[Prefix.Length..colon];
        if (colon < Prefix.Length || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            hint = "the port is a number from 1 to 65535";
        else if (host.Contains(':', StringComparison.Ordinal) && !(host.StartsWith('[') && host.EndsWith(']')))
            hint = "an IPv6 address stands in brackets: tcp://[::1]:2000";
        else if (!IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host.Trim('[', ']'), out var address))
            hint = "expected an address of this machine: 127.0.0.1 for programs on it, 0.0.0.0 for all machines around";
        else
            return new ServeOptions(address.ToString(), port);
        return null;
    }

    public override string ToString() => Prefix + ToEndPoint();
}
