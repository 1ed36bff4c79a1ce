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

/// <summary>A recording.</summary>
sealed record FileSourceOptions(string Path) : SourceOptions
{
    public override string ToString() => "file:" + Path;
}

/// <summary>A made-up meter.</summary>
/// <param name="Seed">The same seed gives the same household.</param>
/// <param name="Speed">Simulated seconds per second.</param>
sealed record SimulatorSourceOptions(int Seed = 1, decimal Speed = 1) : SourceOptions
{
    public override string ToString() => FormattableString.Invariant($"simulator:seed={Seed},speed={Speed}");
}
