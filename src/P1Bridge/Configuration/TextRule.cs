using System.Text.RegularExpressions;

namespace P1Bridge.Configuration;

/// <summary>What a text may look like.</summary>
/// <param name="Expected">Behind "expected" in a message.</param>
/// <param name="Pattern">The same for editors; null: any text.</param>
/// <param name="Matches">The check.</param>
/// <param name="Hint">Says more about a text that does not match, or null.</param>
sealed partial record TextRule(string Expected, string? Pattern, Func<string, bool> Matches, Func<string, string?>? Hint = null)
{
    const int Longest = 250;
    const string MeterNamePattern = "^(?!bridge$)[a-z0-9_-]{1,64}$";
    const string EntityPattern = "^[a-z0-9]([a-z0-9_]{0,62}[a-z0-9])?$";
    const string TopicPattern = @"^(?!\$)[^/+#\s]+(/[^/+#\s]+)*$";
    const string MeasurementPattern = "^([a-z_]+/)?[a-z0-9_]+$";
    const string DeviceClassPattern = "^[a-z0-9_]*$";
    const string ServePattern = @"^(tcp://[^\s/]+:[0-9]{1,5})?$";
    const string WebPattern = @"^(http://[^\s/]+:[0-9]{1,5}/?)?$";
    const string WebSocketPathPattern = @"^(/[^\s#]*)?$";
    const string HostPattern = @"^[A-Za-z0-9._:%\[\]-]+$";

    public static readonly TextRule Any = new("a text of one line", null, IsLine);

    public static readonly TextRule Filled = new("a text of one line that is not empty", @"\S", t => IsLine(t) && t.Trim().Length > 0);

    public static readonly TextRule MeterName =
        new("a name of lower-case letters, digits, _ and -, other than 'bridge'", MeterNamePattern, t => IsLine(t) && MeterNames().IsMatch(t));

    public static readonly TextRule EntityPrefix = new("lower-case letters, digits and _, no _ at the ends", EntityPattern, t => IsLine(t) && EntityNames().IsMatch(t));

    public static readonly TextRule Topic =
        new("a topic without blanks, +, # and without / at the ends", TopicPattern, t => IsLine(t) && Topics().IsMatch(t));

    public static readonly TextRule Measurement =
        new("the id of a measurement, such as power_import_l1 or gas/volume", MeasurementPattern, t => IsLine(t) && Measurements().IsMatch(t));

    public static readonly TextRule DeviceClass =
        new("a device class of Home Assistant, or none", DeviceClassPattern, t => IsLine(t) && DeviceClasses().IsMatch(t));

    public static readonly TextRule Web = new("http://ADDRESS:PORT with an address of this machine, or nothing", WebPattern, IsWeb, WebHint);

    public static readonly TextRule Addresses =
        new("addresses such as 192.168.1.20, with commas between", "^[0-9A-Fa-f.:, ]*$", t => IsLine(t) && WebOptions.ParseAddresses(t) is not null);

    public static readonly TextRule Host = new("the name or address of the broker", HostPattern, IsHost, HostHint);

    public static readonly TextRule WebSocketPath =
        new("a path that begins with / and has no blanks and no #, or nothing", WebSocketPathPattern, static t => IsLine(t) && (t.Length == 0 || (t[0] == '/' && !t.Any(c => char.IsWhiteSpace(c) || c == '#'))));

    public static readonly TextRule Serve = new("tcp://ADDRESS:PORT with an address of this machine, or nothing", ServePattern, IsServe, ServeHint);

    // The patterns are shared with editors, where \z is unknown; $ alone would let a line end pass.
    static bool IsLine(string text) => text.Length <= Longest && !text.Any(char.IsControl);

    static bool IsHost(string text) => text.Length <= Longest && Uri.CheckHostName(text) != UriHostNameType.Unknown;

    static bool IsServe(string text) => text.Length == 0 || (IsLine(text) && ServeOptions.Parse(text, out _) is not null);

    static bool IsWeb(string text) => text.Length == 0 || (IsLine(text) && WebOptions.Parse(text, out _) is not null);

    static string? WebHint(string text) => WebOptions.Parse(text, out var hint) is null ? hint?.Replace("tcp://", "http://", StringComparison.Ordinal) : null;

    static string? ServeHint(string text) => ServeOptions.Parse(text, out var hint) is null ? hint : null;

    static string? HostHint(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            return "the name alone, without mqtt://; the port is mqtt.port, encryption is mqtt.tls.enabled";
        return text.Count(c => c == ':') == 1 ? "the name alone; the port is mqtt.port" : null;
    }

    [GeneratedRegex(MeterNamePattern)]
    private static partial Regex MeterNames();

    [GeneratedRegex(EntityPattern)]
    private static partial Regex EntityNames();

    [GeneratedRegex(MeasurementPattern)]
    private static partial Regex Measurements();

    [GeneratedRegex(DeviceClassPattern)]
    private static partial Regex DeviceClasses();

    [GeneratedRegex(TopicPattern)]
    private static partial Regex Topics();
}
