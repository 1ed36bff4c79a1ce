using System.Collections.Immutable;
using System.Net;

namespace P1Bridge.Configuration;

/// <summary>The status page for people, and the answer to "are you alive" for what supervises the program.</summary>
sealed record WebOptions
{
    const string Prefix = "http://";

    /// <summary>The address of this machine to listen on; null: no page.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Who may ask, besides this machine itself; empty: everybody who can reach the address.</summary>
    public ImmutableArray<IPAddress> Allow { get; init; } = [];

    /// <summary>Reads <c>http://ADDRESS:PORT</c>.</summary>
    public static IPEndPoint? Parse(string text, out string? hint)
    {
        hint = null;
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? ServeOptions.Parse($"tcp://{text[Prefix.Length..].TrimEnd('/')}", out hint)?.ToEndPoint() : null;
    }

    /// <summary>Reads addresses with commas between; null when one is none.</summary>
    public static ImmutableArray<IPAddress>? ParseAddresses(string text)
    {
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPAddress.TryParse(part, out var address)) return null;
            addresses.Add(address);
        }
        return addresses.ToImmutable();
    }
}
