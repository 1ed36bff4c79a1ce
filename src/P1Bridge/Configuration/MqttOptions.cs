namespace P1Bridge.Configuration;

/// <summary>Version of MQTT to speak; the automatic one takes 5.0 where the broker knows it.</summary>
enum MqttVersion { Automatic, V311, V5 }

/// <summary>Whose rules a broker follows beyond the standard's.</summary>
enum BrokerProfile { Standard, AwsIot }

/// <summary>What happens to history that finds no room.</summary>
enum HistoryOverflow { DropOldest, DropNew, Block }

/// <summary>When history is forced onto the disk.</summary>
enum HistoryFlush { EveryBatch, EverySecond, OperatingSystem }

/// <summary>How history waits for a broker that is away.</summary>
sealed record HistoryOptions
{
    /// <summary>Most messages that wait.</summary>
    public int MaximumMessages { get; init; } = 100_000;

    /// <summary>Most MiB that wait, on disk and in memory.</summary>
    public int MaximumMegabytes { get; init; } = 64;

    public HistoryOverflow Overflow { get; init; }

    /// <summary>Most messages a second of what an outage has left; 0: no limit.</summary>
    public int Rate { get; init; } = 500;

    public HistoryFlush Flush { get; init; }
}

/// <summary>The connection to a broker.</summary>
sealed record MqttOptions
{
    /// <summary>By which outputs name it; unique.</summary>
    public string Name { get; init; } = "main";

    /// <summary>Name or address of the broker; empty only when no output needs one.</summary>
    public string Host { get; init; } = "";

    /// <summary>TCP port; 8883 when TLS is on and no port is given.</summary>
    public int Port { get; init; } = 1883;

    public BrokerProfile Profile { get; init; }

    public MqttVersion Version { get; init; }

    /// <summary>Path of the broker's WebSocket; empty: plain TCP or TLS.</summary>
    public string WebSocketPath { get; init; } = "";

    /// <summary>How long the broker keeps the session after the connection; zero: not at all.</summary>
    public TimeSpan SessionExpiry { get; init; }

    public HistoryOptions History { get; init; } = new();

    /// <summary>Most messages a second, of all kinds; 0: no limit.</summary>
    public int Rate { get; init; }

    /// <summary>Most KiB of messages a second; 0: no limit.</summary>
    public int RateKilobytes { get; init; }

    /// <summary>MQTT client identifier; empty: derived from the machine.</summary>
    public string ClientId { get; init; } = "";

    public string User { get; init; } = "";
    public Secret Password { get; init; } = Secret.None;
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>First levels of every topic of the bridge, without wildcards, leading or trailing slash.</summary>
    public string BaseTopic { get; init; } = "p1bridge";

    /// <summary>Publish values retained, so that who subscribes later has them at once.</summary>
    public bool Retain { get; init; } = true;

    /// <summary>
    /// Quality of service of retained values, 0 or 1. They are sent again after every lost connection, so acknowledging each would
    /// only cost; everything else is always acknowledged.
    /// </summary>
    public int ValueQualityOfService { get; init; }

    public TlsOptions Tls { get; init; } = new();
}

/// <summary>Encryption of the connection to the broker.</summary>
sealed record TlsOptions
{
    public bool Enabled { get; init; }

    /// <summary>PEM file of the authority to trust instead of the system's; empty: the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Client certificate, PEM or PFX; empty: none.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>PEM file with its key; empty: the key is in the certificate's file.</summary>
    public string KeyFile { get; init; } = "";

    public Secret KeyPassword { get; init; } = Secret.None;

    /// <summary>Name to ask for (SNI) and to find in the certificate; empty: the host.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Application protocol to offer (ALPN); empty: none.</summary>
    public string Alpn { get; init; } = "";

    /// <summary>Accept any certificate. Encrypts, but proves nothing about who answers.</summary>
    public bool Insecure { get; init; }
}
