using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>What formulas know beside their arguments: the meter, its settings, and the memories of those that need one.</summary>
public sealed record FormulaContext
{
    /// <summary>The meter's equipment identifier, or the stand-in for it.</summary>
    public string Identity { get; init; } = "";

    /// <summary>Its topic name; empty for the P1 meter itself.</summary>
    public string TopicName { get; init; } = "";

    /// <summary>Whether everything that the meter sends was read, so that what is absent is not sent.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Names of the tariffs by number.</summary>
    public ImmutableSortedDictionary<long, string> Tariffs { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>Whether monthly peaks are billed: then each counts as a least one.</summary>
    public bool HasCapacityTariff { get; init; }

    /// <summary>The quarter-hour demand not to exceed, in kW; null for none.</summary>
    public FixedPoint? TargetDemand { get; init; }

    /// <summary>The running quarter-hour.</summary>
    public DemandTracker Demand { get; init; } = new();

    /// <summary>The bridge's own history of monthly peaks.</summary>
    public PeakHistory Peaks { get; init; } = new();

    /// <summary>Whether totals that go on across meters are wanted.</summary>
    public bool HasContinuousTotals { get; init; }

    /// <summary>Totals that go on across meters.</summary>
    public ContinuousTotals Continuous { get; init; } = new();
}

/// <summary>One evaluation: the row, what the meter sent for it, and the context.</summary>
readonly record struct FormulaCall(Measurement Row, Reading Sent, FormulaContext Context);
