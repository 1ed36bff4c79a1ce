using System.Collections.Frozen;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>
/// The functions that a catalogue row's <c>formula</c> can name: readings in, a reading out. Those that need a memory have it in the
/// <see cref="FormulaContext"/>, never here.
/// </summary>
public static partial class Formulas
{
    static readonly FrozenDictionary<string, Entry> Table = new Dictionary<string, Entry>
    {
        ["sum"] = new(1, 16, static (arguments, call) => Sum(arguments, call.Context.IsComplete)),
        ["difference"] = new(2, 2, static (arguments, _) => Difference(arguments[0], arguments[1])),
        ["signed_current"] = new(3, 3, static (arguments, _) => SignedCurrent(arguments[0], arguments[1], arguments[2])),
        ["continuous"] = new(1, 1, static (arguments, call) => Continuous(arguments[0], call)),
        ["tariff_name"] = new(1, 1, static (arguments, call) => TariffName(arguments[0], call.Context)),
        ["quarter_remaining"] = new(1, 1, static (arguments, _) => QuarterRemaining(arguments[0])),
        ["quarter_demand"] = new(2, 2, static (arguments, call) => QuarterDemand(arguments[0], arguments[1], call.Context)),
        ["finished_quarter"] = new(3, 3, static (arguments, call) => FinishedQuarter(arguments[0], arguments[1], arguments[2], call.Context)),
        ["demand_forecast"] = new(3, 3, static (arguments, call) => DemandForecast(arguments[0], arguments[1], arguments[2], call.Context)),
        ["demand_headroom"] = new(2, 2, static (arguments, call) => DemandHeadroom(arguments[0], arguments[1], call.Context)),
        ["target_headroom"] = new(2, 2, static (arguments, call) => TargetHeadroom(arguments[0], arguments[1], call.Context)),
        ["demand_alarm"] = new(1, 1, static (arguments, call) => DemandAlarm(arguments[0], call)),
        ["monthly_peaks"] = new(3, 3, static (arguments, call) => MonthlyPeaks(arguments[0], arguments[1], arguments[2], call), Completes: true),
        ["peak_average"] = new(1, 1, static (arguments, call) => PeakAverage(arguments[0], call.Context)),
    }.ToFrozenDictionary();

    delegate Reading Function(ReadOnlySpan<Reading> arguments, FormulaCall call);

    /// <summary>What is wrong with a formula, or null.</summary>
    public static string? ProblemOf(Formula formula)
    {
        if (!Table.TryGetValue(formula.Function, out var entry))
            return $"the formula's function '{formula.Function}' is unknown; expected one of {string.Join(", ", Table.Keys.Order())}";
        return formula.Arguments.Length >= entry.Least && formula.Arguments.Length <= entry.Most ? null
            : $"'{formula.Function}' takes {(entry.Least == entry.Most ? $"{entry.Least}" : $"{entry.Least} to {entry.Most}")} arguments, not {formula.Arguments.Length}";
    }

    /// <summary>Whether the function also adds to what the meter sends itself.</summary>
    internal static bool Completes(Formula formula) => Table[formula.Function].Completes;

    /// <summary>Computes a formula that <see cref="ProblemOf"/> found right.</summary>
    internal static Reading Evaluate(Formula formula, ReadOnlySpan<Reading> arguments, in FormulaCall call)
    {
        try
        {
            return Table[formula.Function].Function(arguments, call);
        }
        catch (OverflowException)
        {
            // Numbers of up to 18 digits are read; a meter that sends such ones gets no computed values, but it stops nothing.
            return Reading.Held(IssueClass.BadNumber);
        }
    }

    /// <summary>
    /// The sum of what the meter sends; held back while one part is, or may have been among lines that could not be read, because a sum
    /// without it would be a false total.
    /// </summary>
    static Reading Sum(ReadOnlySpan<Reading> parts, bool isComplete)
    {
        FixedPoint? sum = null;
        foreach (var part in parts)
        {
            if (part.State == ReadingState.Held) return part;
            if (part.State == ReadingState.Absent && !isComplete) return Reading.Held(IssueClass.Missing);
            if (part.IsGood) sum = sum is { } before ? before + part.Number : part.Number;
        }
        return sum is { } total ? Reading.Of(total) : default;
    }

    static Reading Difference(in Reading left, in Reading right)
        => left.IsGood && right.IsGood ? Reading.Of(left.Number - right.Number) : default;

    /// <summary>
    /// Meters send currents without sign; the powers of the phase tell the direction. Without them it is not known. The few meters whose
    /// currents have a sign keep it.
    /// </summary>
    static Reading SignedCurrent(in Reading current, in Reading import, in Reading export)
    {
        if (!current.IsGood || !import.IsGood || !export.IsGood) return default;
        var isExporting = export.Number.Mantissa > 0 && !current.Number.IsNegative;
        return Reading.Of(isExporting ? new FixedPoint(-current.Number.Mantissa, current.Number.Decimals) : current.Number);
    }

    static Reading Continuous(in Reading total, in FormulaCall call)
        => total.IsGood && call.Context is { HasContinuousTotals: true, Continuous: var totals }
            ? Reading.Of(totals.Next(call.Context.TopicName, call.Row.Id, call.Context.Identity, total.Number)) with { Time = total.Time }
            : default;

    static Reading TariffName(in Reading tariff, FormulaContext context)
        => tariff.IsGood && tariff.Number.TryToInteger(out var number) && context.Tariffs.TryGetValue(number, out var name) ? Reading.Of(name) : default;

    sealed record Entry(int Least, int Most, Function Function, bool Completes = false);
}
