using System.Collections.Immutable;
using System.Globalization;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Configuration;

/// <summary>Everything that can be configured, with the defaults. The keys of the file are the names here in lower case with underscores.</summary>
sealed record BridgeOptions
{
    public IReadOnlyList<MeterOptions> Meters { get; init; } = [];

    /// <summary>The broker; with several, the first one, where everything goes that names no other.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>The second broker and those after it.</summary>
    public IReadOnlyList<MqttOptions> MoreBrokers { get; init; } = [];

    /// <summary>All brokers.</summary>
    public IEnumerable<MqttOptions> Brokers => [Mqtt, .. MoreBrokers];

    /// <summary>The broker of that name; empty: the first one.</summary>
    public MqttOptions BrokerNamed(string name) => Brokers.FirstOrDefault(broker => broker.Name == name) ?? Mqtt;

    public HomeAssistantOptions HomeAssistant { get; init; } = new();
    public OpenHabOptions OpenHab { get; init; } = new();
    public PublishOptions Publish { get; init; } = new();
    public OutputsOptions Outputs { get; init; } = new();
    public GuardOptions Guard { get; init; } = new();
    public WebOptions Web { get; init; } = new();

    /// <summary>Where last good totals and learnt facts survive a restart.</summary>
    public string StateDirectory { get; init; } = "";

    public LogOptions Log { get; init; } = new();
}

/// <summary>One P1 port.</summary>
sealed record MeterOptions
{
    /// <summary>Topic level of this meter; unique, <c>[a-z0-9_-]+</c>, never <c>bridge</c>.</summary>
    public string Name { get; init; } = "meter";

    public required SourceOptions Source { get; init; }

    /// <summary>Where other programs get the meter's raw bytes; null: nowhere.</summary>
    public ServeOptions? Serve { get; init; }

    /// <summary>Bits per second of the serial line; null: found by listening.</summary>
    public int? BaudRate { get; init; }

    /// <summary>Data bits and parity of the serial line; null: found by listening.</summary>
    public SerialFormat? Format { get; init; }

    /// <summary><see cref="Format"/> as a question; null: found by listening.</summary>
    public bool? IsSevenEven => Format is { } format ? format == SerialFormat.SevenDataBitsEvenParity : null;

    /// <summary>How a web address is asked for telegrams.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <summary>The login at the broker of an <c>mqtt://</c> source.</summary>
    public BrokerLogin Broker { get; init; } = new();

    /// <summary>Where an MQTT source connects; null for other sources.</summary>
    public MqttOptions? SourceBroker { get; init; }

    /// <summary>Raise the modem lines, which power the request line of many adapters.</summary>
    public bool RequestLines { get; init; } = true;

    /// <summary>After so long without a telegram the meter counts as silent and the source is opened again.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A sub-meter's value that was captured longer ago is held back.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Names of the tariffs <c>1</c> to <c>4</c>; empty: the names of the meter's market.</summary>
    public IReadOnlyDictionary<string, string> TariffNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The same by number.</summary>
    public ImmutableSortedDictionary<long, string> TariffNamesByNumber
        => TariffNames.ToImmutableSortedDictionary(static pair => long.Parse(pair.Key, CultureInfo.InvariantCulture), static pair => pair.Value);

    /// <summary>Use telegrams whose checksum is wrong. Totals can then be wrong for ever.</summary>
    public bool IgnoreChecksum { get; init; }

    /// <summary>The customer's key of a meter that encrypts its telegrams; 32 hexadecimal digits.</summary>
    public Secret DecryptionKey { get; init; } = Secret.None;

    /// <summary>32 hexadecimal digits; none: the one that Luxembourg publishes.</summary>
    public Secret AuthenticationKey { get; init; } = Secret.None;

    /// <summary>Whether encrypted frames must prove genuine.</summary>
    public bool CheckTag { get; init; } = true;

    /// <summary>The same for the reader; null without a key.</summary>
    public DecryptionOptions? Decryption => DecryptionKeys.Options(DecryptionKey, AuthenticationKey, CheckTag);

    /// <summary>The quarter-hour demand not to exceed, in kW; null: none.</summary>
    public decimal? TargetDemand { get; init; }

    /// <summary>Whether monthly peaks are billed, so that each counts as 2.5 kW at least.</summary>
    public CapacityTariff CapacityTariff { get; init; }

    /// <summary>Publish totals that go on where a replaced meter stopped.</summary>
    public bool ContinuousTotals { get; init; }
}

/// <summary>How a web address is asked for telegrams.</summary>
sealed record HttpSettings
{
    /// <summary>From one question to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Sent as <c>Authorization: Bearer</c>; none: nothing is sent.</summary>
    public Secret Token { get; init; } = Secret.None;

    /// <summary>PEM file of the authority to trust instead of the system's; empty: the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>The name in the device's certificate; empty: the host of the address.</summary>
    public string CertificateName { get; init; } = "";
}

/// <summary>The login at the broker of an <c>mqtt://</c> source.</summary>
sealed record BrokerLogin
{
    public string User { get; init; } = "";
    public Secret Password { get; init; } = Secret.None;
    public TlsOptions Tls { get; init; } = new();
}

enum CapacityTariff { Auto, On, Off }

enum SerialFormat { EightDataBitsNoParity, SevenDataBitsEvenParity }

/// <summary>MQTT discovery of Home Assistant.</summary>
sealed record HomeAssistantOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Name of the broker; empty: the first one.</summary>
    public string Broker { get; init; } = "";

    public string DiscoveryPrefix { get; init; } = "homeassistant";

    /// <summary>Topic of Home Assistant's birth message; <c>&lt;discovery prefix&gt;/status</c> when not given.</summary>
    public string StatusTopic { get; init; } = "homeassistant/status";

    public string BirthPayload { get; init; } = "online";

    /// <summary>Language of the names: en, nl, fr or de.</summary>
    public string Language { get; init; } = "en";

    /// <summary>First part of the entity ids that are proposed.</summary>
    public string EntityPrefix { get; init; } = "p1";

    /// <summary>Single entities as the user wants them.</summary>
    public IReadOnlyList<EntityOverride> Overrides { get; init; } = [];
}

/// <summary>When a changed or unchanged value is published again, by policy group of the catalogue.</summary>
sealed record PublishOptions
{
    public PublishGroupOptions Live { get; init; } = new() { MinimumInterval = TimeSpan.FromSeconds(5) };
    public PublishGroupOptions Totals { get; init; } = new() { MinimumInterval = TimeSpan.FromSeconds(60) };
    public PublishGroupOptions Static { get; init; } = new();

    /// <summary>A value missing from the telegrams for so long is marked unavailable.</summary>
    public TimeSpan VanishedAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Publish what no row of the catalogue reads below <c>raw</c>.</summary>
    public bool Raw { get; init; }
}

/// <summary>One policy group.</summary>
sealed record PublishGroupOptions
{
    /// <summary>Least time between two changes; zero: every change.</summary>
    public TimeSpan MinimumInterval { get; init; }

    /// <summary>An unchanged value is repeated after so long; zero: never.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Protection against false totals.</summary>
sealed record GuardOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>So many telegrams must agree on a total that is lower than the last good one.</summary>
    public int AgreeingTelegrams { get; init; } = 3;
}

/// <summary>What the program says about itself.</summary>
sealed record LogOptions
{
    public LogThreshold Level { get; init; } = LogThreshold.Information;
}

enum LogThreshold { Trace, Debug, Information, Warning, Error }
