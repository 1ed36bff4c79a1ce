using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;

namespace P1Bridge.HomeAssistant;

/// <summary>What discovery must know about a configured meter.</summary>
/// <param name="Name">Its name in topics.</param>
sealed record DiscoveryMeter(string Name)
{
    static readonly string UsualName = new MeterPipelineOptions().Name;

    /// <summary>Whether it has the name that most houses have; such a meter's name is not repeated in entity ids and device names.</summary>
    public bool HasUsualName => Name == UsualName;

    /// <summary>
    /// Every text that the tariff's name can be. Empty when not known: then it is shown as plain text, because Home Assistant ignores
    /// each value that is missing in a list of options.
    /// </summary>
    public ImmutableArray<string> TariffNames { get; init; } = [];

    /// <summary>
    /// The tariff names of a meter: those of the configuration, which replace the markets' own, or else those of all markets.
    /// </summary>
    public static ImmutableArray<string> TariffNamesOf(Catalogue catalogue, ImmutableSortedDictionary<long, string> configured)
        => [.. (configured.IsEmpty ? catalogue.Markets.SelectMany(static market => market.Tariffs.Values) : configured.Values).Distinct()];
}
