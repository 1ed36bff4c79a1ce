using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary>The options about the connection, of <c>mqtt pub</c> and <c>mqtt sub</c> alike.</summary>
sealed class ConnectionArguments
{
    const int PlainPort = 1883;
    const int TlsPort = 8883;

    /// <summary>More than the standard's own limit does not exist (MQTT 3.1.1 section 2.2.3).</summary>
    const int LargestPacket = 268_435_460;

    readonly Option<string?> _host = new("--host", "-h") { Description = "Broker (default: localhost)", HelpName = "HOST" };
    readonly Option<int?> _port = Whole("--port", "-p", 1, ushort.MaxValue, "TCP port (default: 1883, with TLS 8883)", "PORT");
    readonly Option<string?> _version = new("--protocol-version", "-V") { Description = "311 (default) or 5; 5 falls back to 3.1.1 where the broker knows nothing newer", HelpName = "311|5" };
    readonly Option<string?> _id = Text("--id", "-i", "Client identifier (default: none, the broker chooses)", "ID");
    readonly Option<int?> _keepAlive = Whole("--keepalive", "-k", 0, ushort.MaxValue, "Longest silence in seconds before the link is checked; 0: never (default: 60)", "SECONDS");
    readonly Option<bool> _keepSession = new("--disable-clean-session", "-c") { Description = "Go on with the session that the broker kept; needs -i. With -V 5 also -x says how long it is kept" };
    readonly Option<uint?> _sessionExpiry = new("--session-expiry-interval", "-x") { Description = "How long the broker keeps the session, in seconds; 4294967295: for ever (-V 5)", HelpName = "SECONDS" };
    readonly Option<string?> _user = Text("--username", "-u", "User name", "NAME");
    readonly Option<string?> _password = Text("--pw", "-P", "Password; other users of this machine may see it, --pw-file hides it", "PASSWORD");
    readonly Option<FileInfo?> _passwordFile = File("--pw-file", "File with the password");
    readonly Option<string?> _willTopic = Text("--will-topic", null, "Topic of the message that the broker publishes when this client vanishes", "TOPIC");
    readonly Option<string?> _willPayload = Text("--will-payload", null, "Its payload (default: empty)", "TEXT");
    readonly Option<int?> _willQuality = Whole("--will-qos", null, 0, 2, "Its quality of service", "0|1|2");
    readonly Option<bool> _willRetain = new("--will-retain") { Description = "Retain it" };
    readonly Option<FileInfo?> _authorities = File("--cafile", "Certificate authority to trust, in PEM form; turns TLS on");
    readonly Option<FileInfo?> _certificate = File("--cert", "Client certificate, PEM or PFX; turns TLS on");
    readonly Option<FileInfo?> _key = File("--key", "Key of the client certificate, PEM");
    readonly Option<string?> _keyPassword = Text("--keypass", null, "Password of the key; other users of this machine may see it, --keypass-file hides it", "PASSWORD");
    readonly Option<FileInfo?> _keyPasswordFile = File("--keypass-file", "File with the password of the key");
    readonly Option<string?> _alpn = Text("--tls-alpn", null, "Application protocol to offer, such as mqtt; turns TLS on", "PROTOCOL");
    readonly Option<bool> _systemAuthorities = new("--tls-use-os-certs") { Description = "TLS with the certificate authorities of this machine" };
    readonly Option<bool> _insecure = new("--insecure") { Description = "TLS with any certificate: encrypts, but proves nothing" };
    readonly Option<string?> _webSocket = Text("--ws-path", null, "Speak WebSocket on this path, such as /mqtt", "PATH");
    readonly Option<int?> _receiveMaximum = Whole("--receive-maximum", null, 1, ushort.MaxValue, "Most messages of quality 1 and 2 that the broker may have under way to here (-V 5)", "N");
    readonly Option<bool> _noReconnect = new("--no-reconnect") { Description = "End when the connection is lost, instead of connecting again" };
    readonly Option<bool> _debug = new("--debug", "-d") { Description = "Show each packet on standard error" };

    /// <summary>The other half of the options of CONNECT.</summary>
    public PropertyArguments Properties { get; } = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[
            _host, _port, _version, _id, _keepAlive, _keepSession, _sessionExpiry, _user, _password, _passwordFile, _willTopic, _willPayload, _willQuality,
            _willRetain, _authorities, _certificate, _key, _keyPassword, _keyPasswordFile, _alpn, _systemAuthorities, _insecure, _webSocket, _receiveMaximum,
            _noReconnect, _debug])
            command.Options.Add(option);
        Properties.AddTo(command);
        command.Validators.Add(Check);
    }

    /// <summary>Reads them; null, after one line on standard error, when they cannot work.</summary>
    public LinkSettings? Read(ParseResult result)
    {
        var isNewer = IsNewer(result.GetValue(_version));
        var tls = Tls(result);
        var options = Properties.ApplyTo(new MqttClientOptions
        {
            Host = result.GetValue(_host) ?? "localhost",
            Port = result.GetValue(_port) ?? (tls is null ? PlainPort : TlsPort),
            ClientId = result.GetValue(_id) ?? "",
            KeepAlive = TimeSpan.FromSeconds(result.GetValue(_keepAlive) ?? 60),
            CleanSession = !result.GetValue(_keepSession),
            // Only the broker knows whether it kept one; whoever asks to go on with it means that.
            SessionKnown = result.GetValue(_keepSession),
            SessionExpiry = result.GetValue(_sessionExpiry) is { } expiry ? Expiry(expiry) : null,
            UserName = result.GetValue(_user),
            Password = SecretOf(result, _password, _passwordFile),
            Will = Will(result),
            WillDelay = Properties.WillDelay,
            Tls = tls,
            WebSocketPath = result.GetValue(_webSocket),
            ReceiveMaximum = result.GetValue(_receiveMaximum),
            // A tool shows whatever there is; a retained message that is too large would end each connection anew.
            QuietPacketSize = LargestPacket,
            // Aliases would change what is on the wire without being asked for.
            OutgoingTopicAliases = 0,
            WriteLinger = TimeSpan.Zero,
        });
        // Only 5.0 knows a password without a user.
        var isOnlyNewer = isNewer && options is { UserName: null, Password: not null };
        options = options with { ProtocolVersion = !isNewer ? MqttProtocolVersion.V311 : isOnlyNewer ? MqttProtocolVersion.V5 : MqttProtocolVersion.Automatic };
        if (Problem(options) is { } problem)
        {
            Console.Error.WriteLine($"p1bridge: {problem}");
            return null;
        }
        return new LinkSettings(options, isNewer, !result.GetValue(_noReconnect), result.GetValue(_debug));
    }

    /// <summary>How long a session is kept; all ones stand for ever (MQTT 5.0 section 3.1.2.11.2).</summary>
    public static TimeSpan Expiry(uint seconds) => seconds == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);

    /// <summary>A whole number within limits.</summary>
    public static Option<int?> Whole(string name, string? alias, int least, int most, string description, string helpName)
        => WholeNumber.Option(name, alias, least, most, description, helpName);

    /// <summary>Any text.</summary>
    public static Option<string?> Text(string name, string? alias, string description, string helpName) =>
        new(name, Aliases(alias)) { Description = description, HelpName = helpName };

    static Option<FileInfo?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    static string[] Aliases(string? alias) => alias is null ? [] : [alias];

    static bool IsNewer(string? version) => version is "5" or "mqttv5";

    void Check(CommandResult command)
    {
        bool Has(Option option) => command.GetResult(option) is { Implicit: false };
        // An option whose value is missing has an error of its own already, and no value to be asked for.
        string? WordOf(Option option) => command.GetResult(option) is { Tokens: [var word] } ? word.Value : null;
        var version = WordOf(_version);
        if (version is not (null or "311" or "mqttv311") && !IsNewer(version)) command.AddError($"-V takes 311 or 5, not '{version}'.");
        else if (!IsNewer(version) && (Has(_sessionExpiry) ? "-x" : Has(_receiveMaximum) ? "--receive-maximum" : command.Children.Any(static child => child is OptionResult { Option.Name: PropertyArguments.Name }) ? "-D" : null) is { } newer)
            command.AddError($"{newer} exists in MQTT 5 only: add -V 5.");
        else if (HostProblem(WordOf(_host)) is { } problem) command.AddError(problem);
        else if (Has(_keepSession) && !Has(_id)) command.AddError("-c needs a client identifier (-i), by which the broker finds the session.");
        else if (!IsNewer(version) && !Has(_user) && (Has(_password) || Has(_passwordFile))) command.AddError("-P needs a user name (-u) in MQTT 3.1.1.");
        else if (!Has(_willTopic) && (Has(_willPayload) || Has(_willQuality) || Has(_willRetain))) command.AddError("A will needs --will-topic.");
        else if (Has(_key) && !Has(_certificate)) command.AddError("--key needs the certificate that it belongs to (--cert).");
    }

    /// <summary>Elsewhere a broker is HOST:PORT or an address with its scheme; here the port has an option of its own.</summary>
    static string? HostProblem(string? host)
    {
        if (host is null) return null;
        if (host.Contains('@', StringComparison.Ordinal)) return "-h takes a name or an address alone, not a text with '@' (it is not shown, it may hold a secret); the login is -u with --pw-file.";
        if (host.Contains("://", StringComparison.Ordinal)) return $"-h takes a name or an address alone, not '{Printable(host)}'; the port is -p, TLS is --tls-use-os-certs or --cafile.";
        var colon = host.LastIndexOf(':');
        var hasPort = colon > 0 && (host[colon - 1] == ']' || host.IndexOf(':', StringComparison.Ordinal) == colon);
        return hasPort ? $"-h takes the host alone, the port is another option: -h {Printable(host[..colon].Trim('[', ']'))} -p {Printable(host[(colon + 1)..])}" : null;
    }

    static string Printable(string text) => string.Concat(text.Where(static letter => !char.IsControl(letter)));

    MqttMessage? Will(ParseResult result) => result.GetValue(_willTopic) is not { } topic ? null : Properties.ApplyTo(
        new MqttMessage(topic, Encoding.UTF8.GetBytes(result.GetValue(_willPayload) ?? ""))
        {
            QualityOfService = (MqttQualityOfService)(result.GetValue(_willQuality) ?? 0), Retain = result.GetValue(_willRetain),
        },
        "will");

    MqttTlsOptions? Tls(ParseResult result)
    {
        var (authorities, certificate, alpn) = (result.GetValue(_authorities), result.GetValue(_certificate), result.GetValue(_alpn));
        var isOn = authorities is not null || certificate is not null || alpn is not null || result.GetValue(_systemAuthorities) || result.GetValue(_insecure);
        return !isOn ? null : new MqttTlsOptions
        {
            CertificateAuthorityFile = authorities?.FullName,
            ClientCertificateFile = certificate?.FullName,
            ClientKeyFile = result.GetValue(_key)?.FullName,
            ClientKeyPassword = SecretOf(result, _keyPassword, _keyPasswordFile),
            ApplicationProtocols = alpn is null ? [] : [alpn],
            Insecure = result.GetValue(_insecure),
        };
    }

    /// <summary>One line end after a secret in a file is the editor's.</summary>
    static string? SecretOf(ParseResult result, Option<string?> direct, Option<FileInfo?> file)
    {
        if (result.GetValue(direct) is { } secret) return secret;
        if (result.GetValue(file) is not { } path) return null;
        var text = System.IO.File.ReadAllText(path.FullName);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>The client names its own options; here they are known by other names.</summary>
    static string? Problem(MqttClientOptions options)
    {
        try
        {
            options.Validate();
            return null;
        }
        catch (ArgumentException exception)
        {
            if (exception.Message.Contains("when SessionExpiry is not", StringComparison.Ordinal))
                return "-D disconnect session-expiry-interval can be above 0 only with -x above 0.";
            return exception.Message.Replace("Option Will:", "The will:", StringComparison.Ordinal).Replace("Option ", "", StringComparison.Ordinal);
        }
    }
}

/// <summary>Where and how to connect.</summary>
/// <param name="Client">The client's options.</param>
/// <param name="WantsNewer">MQTT 5 was asked for.</param>
/// <param name="Reconnects">A lost connection is made again.</param>
/// <param name="ShowsPackets">Each packet is shown.</param>
sealed record LinkSettings(MqttClientOptions Client, bool WantsNewer, bool Reconnects, bool ShowsPackets);
