using System.Globalization;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Fuzz;

/// <summary>What a run has seen, so that it can be told whether it tried what it was meant to try.</summary>
sealed class Tally
{
    readonly long[] _outcomes = new long[Enum.GetValues<RejectReason>().Length];

    /// <summary>Mutants read.</summary>
    public long Mutants { get; set; }

    /// <summary>Telegrams taken whose bytes are those of a good file.</summary>
    public long Unchanged { get; set; }

    /// <summary>Telegrams taken with other bytes, whose checksum is right.</summary>
    public long Changed { get; set; }

    /// <summary>Telegrams taken without checksum, because they look like the old kind.</summary>
    public long OldKind { get; set; }

    /// <summary>The same where the meter's other telegrams have a checksum and the reader had not seen one yet.</summary>
    public long OldKindUnknown { get; set; }

    /// <summary>The longest that one mutant took.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>Time used.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Telegrams that the readers took or refused for a reason.</summary>
    public long this[RejectReason reason] => _outcomes[(int)reason];

    public void Count(RejectReason reason) => _outcomes[(int)reason]++;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Mutants} mutants in {Elapsed.TotalSeconds:F0} s, the longest took {Longest.TotalMilliseconds:F1} ms\n"
        + $"accepted {this[RejectReason.None]}: {Unchanged} unchanged, {Changed} changed with a right checksum, {OldKind} of the old kind without one, "
        + $"{OldKindUnknown} that only an unprepared reader takes for that\n"
        + $"refused: {string.Join(", ", Enum.GetValues<RejectReason>().Where(static reason => reason != RejectReason.None).Select(reason => $"{RejectReasons.Name(reason)} {this[reason]}"))}");
}
