using System.Collections.Immutable;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Core.Readings;

/// <summary>
/// Fills in the computed measurements of a meter, in the catalogue's order. What the meter sends itself is left alone, but for the
/// functions that complete it.
/// </summary>
public sealed class Derivation
{
    readonly ImmutableDictionary<string, ImmutableArray<Step>> _steps;
    readonly Reading[] _arguments;

    /// <summary>Prepares the formulas of <paramref name="catalogue"/>.</summary>
    public Derivation(Catalogue catalogue)
    {
        _steps = catalogue.ByMedium.ToImmutableDictionary(
            static pair => pair.Key,
            pair => pair.Value.Where(static row => row.Formula is not null).Select(row => new Step(row, ArgumentsOf(catalogue, row), Formulas.Completes(row.Formula!))).ToImmutableArray());
        _arguments = new Reading[_steps.Values.SelectMany(static steps => steps).Select(static step => step.Arguments.Length).DefaultIfEmpty().Max()];
    }

    /// <summary>Computes what <paramref name="meter"/> did not send.</summary>
    public void Complete(MeterReadings meter, FormulaContext context)
    {
        foreach (var (row, arguments, completes) in _steps[meter.Medium.Id])
        {
            if (meter.IsDeltaGrid && row.AbsentOnDeltaGrid) continue;
            var sent = meter[row];
            if (sent.State == ReadingState.Held || (sent.State == ReadingState.Good && !completes)) continue;
            for (var i = 0; i < arguments.Length; i++)
                _arguments[i] = meter[arguments[i]];
            meter[row] = Formulas.Evaluate(row.Formula!, _arguments.AsSpan(0, arguments.Length), new FormulaCall(row, sent, context));
        }
    }

    static int[] ArgumentsOf(Catalogue catalogue, Measurement row)
        => [.. row.Formula!.Arguments.Select(id => catalogue.Find(row.Medium.Id, id)!.Index)];

    readonly record struct Step(Measurement Row, int[] Arguments, bool Completes);
}
