namespace P1Bridge.Configuration;

/// <summary>Where telegrams come from.</summary>
abstract record SourceOptions;

/// <summary>A serial port: a device path or a Windows port name.</summary>
sealed record SerialSourceOptions(string Device) : SourceOptions
{
    public override string ToString() => Device;
}

/// <summary>A TCP server that passes the port on (ser2net, ESP adapters).</summary>
sealed record TcpSourceOptions(string Host, int Port) : SourceOptions
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"tcp://[{Host}]:{Port}" : $"tcp://{Host}:{Port}";
}

/// <summary>An MQTT topic on which a dongle or another program publishes the meter's telegrams.</summary>
/// <param name="Topic">Its name, without wildcards.</param>
/// <param name="Host">Another broker than the configured one; null: that one.</param>
/// <param name="Port">TCP port of the other broker; null: the usual one.</param>
sealed record MqttSourceOptions(string Topic, string? Host = null, int? Port = null) : SourceOptions
{
    public override string ToString() => Host is null ? $"mqtt:{Topic}" : $"mqtt://{Authority}/{Topic}";

    string Authority => (Host!.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host) + (Port is { } port ? FormattableString.Invariant($":{port}") : "");
}

/// <summary>A web address that answers with the meter's last telegram, such as a HomeWizard P1 meter.</summary>
sealed record HttpSourceOptions(Uri Address) : SourceOptions
{
    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted => Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether it is where HomeWizard's API v2 has telegrams.</summary>
    public bool IsHomeWizard => IsEncrypted && Address.AbsolutePath == SourceText.EncryptedTelegramPath;

    public override string ToString() => Address.AbsoluteUri;
}

/// <summary>A recording or a file with telegrams, read once and at once.</summary>
sealed record FileSourceOptions(string Path) : SourceOptions
{
    public override string ToString() => "file:" + Path;
}

/// <summary>The same played as a meter would send it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Speed">How many times faster than recorded; null: as fast as possible.</param>
/// <param name="Loop">Begin anew at the end, for ever.</param>
sealed record ReplaySourceOptions(string Path, decimal? Speed = 1, bool Loop = false) : SourceOptions
{
    public override string ToString()
    {
        var speed = Speed is { } times ? FormattableString.Invariant($"{times}") : SourceText.Unlimited;
        return $"replay:{Path}{(Speed == 1 ? "" : $",speed={speed}")}{(Loop ? ",loop" : "")}";
    }
}

/// <summary>A made-up meter.</summary>
/// <param name="Seed">The same seed gives the same household.</param>
/// <param name="Speed">Simulated seconds per second.</param>
/// <param name="Profile">Which kind of meter.</param>
sealed record SimulatorSourceOptions(int Seed = 1, decimal Speed = 1, string Profile = SimulatorSourceOptions.UsualProfile) : SourceOptions
{
    /// <summary>Three phases, gas and water.</summary>
    public const string UsualProfile = "3-phase";

    public override string ToString()
        => FormattableString.Invariant($"simulator:seed={Seed},speed={Speed}") + (Profile == UsualProfile ? "" : $",profile={Profile}");
}
