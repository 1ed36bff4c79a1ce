using System.Collections.Immutable;

namespace P1Bridge.Core.Measurements;

/// <summary>What a meter measures. Sub-meters are told apart by their device type, never by their M-Bus channel.</summary>
public sealed record Medium(string Id, ImmutableArray<int> DeviceTypes, Names Names)
{
    /// <summary>Id of the medium that stands for the P1 meter itself.</summary>
    public const string MainId = "main";

    /// <summary>Whether this is the P1 meter itself.</summary>
    public bool IsMain => Id == MainId;
}

/// <summary>A market with its own habits, recognised by the objects it sends.</summary>
public sealed record Market(string Id, ImmutableArray<Telegrams.ObisReference> Detect, ImmutableSortedDictionary<long, string> Tariffs);
