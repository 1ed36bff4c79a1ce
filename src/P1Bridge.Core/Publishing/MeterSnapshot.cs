using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Publishing;

/// <summary>News of one meter for the outputs.</summary>
/// <param name="Name">The meter's name in the configuration.</param>
public abstract record MeterUpdate(string Name);

/// <summary>A meter sends no valid telegrams any more; its last values are no longer true.</summary>
public sealed record MeterSilence(string Name) : MeterUpdate(Name);

/// <summary>Everything one telegram says, immutable, ready for the outputs.</summary>
/// <param name="Name">The meter's name in the configuration.</param>
/// <param name="ReceivedAt">When the telegram was complete, by our clock.</param>
/// <param name="Clock">The telegram's clock; null when it has none or it was never set.</param>
/// <param name="Devices">The P1 meter first, then its live sub-meters.</param>
/// <param name="Held">What was sent but held back.</param>
/// <param name="Unknown">Objects without a catalogue row, ever seen.</param>
public sealed record MeterSnapshot(
    string Name,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? Clock,
    ImmutableArray<DeviceSnapshot> Devices,
    ImmutableArray<HeldValue> Held,
    ImmutableArray<ObisReference> Unknown) : MeterUpdate(Name)
{
    /// <summary>Meters that were replaced with this telegram.</summary>
    public ImmutableArray<MeterSwap> Swaps { get; init; } = [];

    /// <summary>Objects that no row reads, as sent; only where they are wanted.</summary>
    public ImmutableArray<RawObject> Raw { get; init; } = [];
}

/// <summary>One physical meter's good values.</summary>
/// <param name="TopicName">Empty for the P1 meter itself, else <c>gas</c>, <c>water</c>, <c>gas_2</c>.</param>
/// <param name="Medium">What it measures.</param>
/// <param name="Identity">Equipment identifier, or a stable stand-in when it sends none.</param>
/// <param name="ParentIdentity">For a sub-meter the identity of the P1 meter; null for that one.</param>
/// <param name="Values">Good values, in the catalogue's order.</param>
public sealed record DeviceSnapshot(string TopicName, Medium Medium, string Identity, string? ParentIdentity, ImmutableArray<PublishedValue> Values)
{
    /// <summary>The identity of the meter that it replaced on these topics; null when there was none.</summary>
    public string? Predecessor { get; init; }
}

/// <summary>One value as it is published.</summary>
/// <param name="Row">Its measurement.</param>
/// <param name="Key">Its topic below the device's: the id, for monthly peaks with the month behind it.</param>
/// <param name="Payload">Its text: the meter's digits, a word, or a time with offset.</param>
/// <param name="Time">The capture time, where it has one.</param>
public sealed record PublishedValue(Measurement Row, string Key, string Payload, DateTimeOffset? Time);

/// <summary>A value that was sent but held back.</summary>
public sealed record HeldValue(string TopicName, string Id, IssueClass Issue);
