using System.Collections.Immutable;
using P1Bridge.Cli;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Bridging;

/// <summary>A line for the log.</summary>
/// <param name="IsGrave">Whether a total is concerned.</param>
/// <param name="Text">What happened, why and what it means.</param>
readonly record struct HoldLine(bool IsGrave, string Text);

/// <summary>What was held back since the start, by topic and id, then by why.</summary>
sealed record HoldCount(string Value, IssueClass Issue, long Telegrams);

/// <summary>
/// Follows what a meter sends but the bridge holds back: counts it, and says when it begins and when it ends. A value that flaps is told
/// of once per interval. Decides only; times count from any fixed moment. The counts may be read from another thread.
/// </summary>
sealed class HoldTracker
{
    /// <summary>Between two lines about one value.</summary>
    static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Value> _values = [];
    ImmutableSortedDictionary<(string Value, IssueClass Issue), long> _counts = ImmutableSortedDictionary<(string, IssueClass), long>.Empty;

    /// <summary>What was held back since the start, in order.</summary>
    public IEnumerable<HoldCount> Counts => Volatile.Read(ref _counts).Select(static pair => new HoldCount(pair.Key.Value, pair.Key.Issue, pair.Value));

    /// <summary>The name of a held value on health and in the log: <c>gas/volume</c>.</summary>
    public static string NameOf(HeldValue held) => held.TopicName.Length == 0 ? held.Id : $"{held.TopicName}/{held.Id}";

    /// <summary>Takes in what one telegram's snapshot holds back; returns what is to be logged.</summary>
    public IReadOnlyList<HoldLine> Take(IReadOnlyList<HeldValue> held, TimeSpan now)
    {
        if (held.Count == 0 && _values.Count == 0) return [];
        var lines = new List<HoldLine>();
        var present = held.DistinctBy(NameOf).ToDictionary(NameOf, static value => value.Issue);
        foreach (var (name, issue) in present)
        {
            Volatile.Write(ref _counts, _counts.SetItem((name, issue), _counts.GetValueOrDefault((name, issue)) + 1));
            Hold(name, issue, now, lines);
        }
        foreach (var (name, value) in _values)
        {
            if (value.Issue is { } issue && !present.ContainsKey(name)) Release(name, value, issue, lines);
        }
        return lines;
    }

    void Hold(string name, IssueClass issue, TimeSpan now, List<HoldLine> lines)
    {
        if (!_values.TryGetValue(name, out var value)) _values[name] = value = new Value();
        value.Telegrams++;
        if (value.Issue == issue) return;
        value.Issue = issue;
        if (value.SaidAt is { } said && now - said < LineInterval)
        {
            value.Unsaid++;
            return;
        }
        var more = value.Unsaid > 0 ? $" It was so {Counted.Of(value.Unsaid, "more time")} since the last line." : "";
        (value.SaidAt, value.IsSaid, value.Unsaid) = (now, true, 0);
        lines.Add(new HoldLine(HoldTexts.IsGrave(issue), $"{name} is held back ({Issues.Name(issue)}): {HoldTexts.Of(issue)}{more}"));
    }

    static void Release(string name, Value value, IssueClass issue, List<HoldLine> lines)
    {
        if (value.IsSaid) lines.Add(new HoldLine(HoldTexts.IsGrave(issue), $"{name} is no longer held back, after {Counted.Of(value.Telegrams, "telegram")}"));
        (value.Issue, value.IsSaid, value.Telegrams) = (null, false, 0);
    }

    sealed class Value
    {
        /// <summary>Why it is held back now; null when it is not.</summary>
        public IssueClass? Issue { get; set; }

        public TimeSpan? SaidAt { get; set; }

        /// <summary>Whether the log knows that it is held back, and so must be told when that ends.</summary>
        public bool IsSaid { get; set; }

        public long Telegrams { get; set; }

        public long Unsaid { get; set; }
    }
}
