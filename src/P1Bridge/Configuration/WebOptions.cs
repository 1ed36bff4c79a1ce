using System.Net;

namespace P1Bridge.Configuration;

/// <summary>The status page for people, and the answer to "are you alive" for what supervises the program.</summary>
sealed record WebOptions
{
    const string Prefix = "http://";

    /// <summary>The address of this machine to listen on; null: no page.</summary>
    public ServeOptions? Listen { get; init; }

    /// <summary>The addresses that may ask, besides this machine itself; empty: everybody who can reach the page.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Reads <c>http://ADDRESS:PORT</c>; on failure <paramref name="hint"/> says what is wrong, or is null.</summary>
    public static ServeOptions? Parse(string text, out string? hint)
    {
        hint = null;
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? ServeOptions.Parse($"tcp://{text[Prefix.Length..].TrimEnd('/')}", out hint) : null;
    }

    /// <summary>Reads addresses with commas between; null when one is none.</summary>
    public static IReadOnlyList<string>? ParseAddresses(string text)
    {
        var addresses = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPAddress.TryParse(part, out var address)) return null;
            addresses.Add(address.ToString());
        }
        return addresses;
    }
}
