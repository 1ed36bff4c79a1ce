using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary><c>-D PACKET PROPERTY VALUE</c>: properties of MQTT 5.0, named as in mosquitto.</summary>
sealed class PropertyArguments
{
    /// <summary>Name of the option.</summary>
    public const string Name = "--property";

    const string UserProperty = "user-property";

    static readonly string[] OfMessages =
        ["payload-format-indicator", "message-expiry-interval", "content-type", "response-topic", "correlation-data", UserProperty];

    static readonly Dictionary<string, string[]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["connect"] = ["session-expiry-interval", "receive-maximum", "maximum-packet-size", "topic-alias-maximum", UserProperty],
        ["will"] = [.. OfMessages, "will-delay-interval"],
        ["publish"] = OfMessages,
        ["subscribe"] = ["subscription-identifier", UserProperty],
        ["disconnect"] = ["session-expiry-interval", UserProperty],
    };

    readonly Option<string[]> _words = new(Name, "-D")
    {
        Description = "A property of MQTT 5: connect, will, publish, subscribe or disconnect, its name, its value (user-property: a name and a value); can be repeated",
        HelpName = "PACKET PROPERTY VALUE", Arity = ArgumentArity.OneOrMore,
    };

    readonly List<(string Packet, string Property, string Name, string Value)> _given = [];

    /// <summary>How many words behind <c>-D</c> belong to it.</summary>
    public static int WordsBehind(ReadOnlySpan<string> words) => words.Length > 1 && words[1] == UserProperty ? 4 : 3;

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_words);
        _words.Validators.Add(Check);
    }

    /// <summary>Whether any was given.</summary>
    public bool IsGiven(ParseResult result) => result.GetResult(_words) is not null;

    /// <summary>CONNECT and DISCONNECT with what was given for them.</summary>
    public MqttClientOptions ApplyTo(MqttClientOptions options) => Of("disconnect").Aggregate(ApplyToConnect(options), static (options, given) => given.Property switch
    {
        UserProperty => options with { DisconnectUserProperties = [.. options.DisconnectUserProperties, new(given.Name, given.Value)] },
        _ => options with { DisconnectSessionExpiry = ConnectionArguments.Expiry(Number(given.Value)) },
    });

    MqttClientOptions ApplyToConnect(MqttClientOptions options) => Of("connect").Aggregate(options, static (options, given) => given.Property switch
    {
        "session-expiry-interval" => options with { SessionExpiry = ConnectionArguments.Expiry(Number(given.Value)) },
        "receive-maximum" => options with { ReceiveMaximum = (int)Number(given.Value) },
        "maximum-packet-size" => options with { MaximumPacketSize = (int)Math.Min(Number(given.Value), int.MaxValue) },
        "topic-alias-maximum" => options with { TopicAliasMaximum = (int)Number(given.Value) },
        _ => options with { UserProperties = [.. options.UserProperties, new(given.Name, given.Value)] },
    });

    /// <summary>How long the broker waits with the will; null: not said.</summary>
    public TimeSpan? WillDelay => Of("will").Where(static given => given.Property == "will-delay-interval")
        .Select(static given => (TimeSpan?)TimeSpan.FromSeconds(Number(given.Value))).LastOrDefault();

    /// <summary>A subscription with what was given for SUBSCRIBE.</summary>
    public MqttSubscription ApplyTo(MqttSubscription subscription) => Of("subscribe").Aggregate(subscription, static (subscription, given) => given.Property switch
    {
        UserProperty => subscription with { UserProperties = [.. subscription.UserProperties, new(given.Name, given.Value)] },
        _ => subscription with { Identifier = (int)Number(given.Value) },
    });

    /// <summary>The will, or a message to publish, with what was given for it.</summary>
    public MqttMessage ApplyTo(MqttMessage message, string packet) => Of(packet).Aggregate(message, static (message, given) => given.Property switch
    {
        "payload-format-indicator" => message with { PayloadIsText = Number(given.Value) == 1 },
        "message-expiry-interval" => message with { Expiry = TimeSpan.FromSeconds(Number(given.Value)) },
        "content-type" => message with { ContentType = given.Value },
        "response-topic" => message with { ResponseTopic = given.Value },
        "correlation-data" => message with { CorrelationData = Encoding.UTF8.GetBytes(given.Value) },
        UserProperty => message with { UserProperties = [.. message.UserProperties, new(given.Name, given.Value)] },
        _ => message,
    });

    IEnumerable<(string Packet, string Property, string Name, string Value)> Of(string packet) => _given.Where(given => given.Packet == packet);

    static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    void Check(OptionResult result)
    {
        _given.Clear();
        ReadOnlySpan<string> words = [.. result.Tokens.Select(static token => token.Value)];
        while (words.Length > 0)
        {
            var count = WordsBehind(words);
            if (Problem(words, count) is { } problem)
            {
                result.AddError(problem);
                return;
            }
            _given.Add((words[0].ToLowerInvariant(), words[1], words[2], words[count - 1]));
            words = words[count..];
        }
    }

    static string? Problem(ReadOnlySpan<string> words, int count)
    {
        if (!Known.TryGetValue(words[0], out var properties)) return $"-D takes connect, will, publish, subscribe or disconnect first, not '{words[0]}'.";
        if (words.Length < 2 || !properties.Contains(words[1]))
        {
            var near = words.Length > 1 && NearestName.Find(words[1], properties) is { } name ? $" Did you mean '{name}'?" : "";
            return $"-D {words[0]} takes one of {string.Join(", ", properties)}.{near}";
        }
        if (words.Length < count) return $"-D {words[0]} {words[1]} lacks its value.";
        return LimitOf(words[1]) is var (least, most) && (!uint.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            ? string.Create(CultureInfo.InvariantCulture, $"-D {words[0]} {words[1]} takes a whole number from {least} to {most}.")
            : null;
    }

    static (uint Least, uint Most)? LimitOf(string property) => property switch
    {
        "payload-format-indicator" => (0, 1),
        "session-expiry-interval" or "message-expiry-interval" => (0, uint.MaxValue),
        "will-delay-interval" => (0, uint.MaxValue - 1),
        "receive-maximum" => (1, ushort.MaxValue),
        "maximum-packet-size" => (64, 268_435_460),
        "topic-alias-maximum" => (0, ushort.MaxValue),
        "subscription-identifier" => (1, 268_435_455),
        _ => null,
    };
}
