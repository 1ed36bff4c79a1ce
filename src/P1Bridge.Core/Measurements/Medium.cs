using System.Collections.Immutable;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Measurements;

/// <summary>What a meter measures. Sub-meters are told apart by their device type, never by their M-Bus channel.</summary>
public sealed record Medium(string Id, ImmutableArray<int> DeviceTypes, Names Names)
{
    /// <summary>Id of the medium that stands for the P1 meter itself.</summary>
    public const string MainId = "main";

    /// <summary>What such a meter is in openHAB.</summary>
    public OpenHabEquipment OpenHab { get; init; } = OpenHabEquipment.Plain;

    /// <summary>Whether this is the P1 meter itself.</summary>
    public bool IsMain => Id == MainId;
}

/// <summary>A market with its own habits, recognised by the objects it sends.</summary>
public sealed record Market(string Id, ImmutableArray<ObisReference> Detect, ImmutableSortedDictionary<long, string> Tariffs)
{
    /// <summary>Objects of which none may be there.</summary>
    public ImmutableArray<ObisReference> Absent { get; init; } = [];

    /// <summary>How many digits the number of the first object of <see cref="Detect"/> has before its point; null for any.</summary>
    public int? Digits { get; init; }

    /// <summary>Whether monthly peaks are billed there.</summary>
    public bool HasCapacityTariff { get; init; }
}
