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
sealed record SimulatorSourceOptions(int Seed = 1, decimal Speed = 1) : SourceOptions
{
    public override string ToString() => FormattableString.Invariant($"simulator:seed={Seed},speed={Speed}");
}
