using System.Collections.Immutable;

namespace P1Bridge.Sources.Simulation;

/// <summary>One line of a profile's telegram.</summary>
/// <param name="Medium">What the meter measures that it belongs to.</param>
/// <param name="Key">Which reading it shows.</param>
/// <param name="Pattern">How it is written.</param>
sealed record ProfileLine(string Medium, ValueKey Key, LinePattern Pattern);

/// <summary>A kind of meter that can be simulated: the house behind it and what its telegrams look like.</summary>
/// <param name="Id">Its name in the configuration.</param>
/// <param name="House">The house.</param>
/// <param name="Header">The first line of its telegrams.</param>
sealed record SimulatorProfile(string Id, HouseKind House, string Header)
{
    /// <summary>A Belgian three-phase meter with everything that the catalogue lets it send; the type code is one that many share.</summary>
    public static readonly SimulatorProfile Usual = new("3-phase", default, @"/FLU5\253769484_A");

    /// <summary>The lines in their order; empty: those of the catalogue.</summary>
    public ImmutableArray<ProfileLine> Telegram { get; init; } = [];

    /// <summary>From one telegram to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether its telegrams end in a checksum.</summary>
    public bool HasChecksum { get; init; } = true;

    /// <summary>The key that its telegrams are encrypted with; empty: they are not.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }
}
