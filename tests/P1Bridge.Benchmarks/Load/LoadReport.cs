using System.Globalization;
using System.Text;

namespace P1Bridge.Benchmarks.Load;

/// <summary>The tables of a run, as Markdown.</summary>
static class LoadReport
{
    static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    /// <summary>Upper bounds of the histogram in milliseconds; the last row is open.</summary>
    static readonly double[] Bounds = [0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10];

    public static string Markdown(LoadOptions options, LoadResult result)
    {
        var text = new StringBuilder();
        Row($"{options.Rate} telegrams/s, {options.Telegrams} telegrams", $"");
        Row($"---", $"---");
        Row($"messages per telegram", $"{result.MessagesPerTelegram:F1}");
        if (result.Unanswered > 0) Row($"telegrams without a message", $"{result.Unanswered}");
        var delays = result.Delays.Select(static delay => delay.TotalMilliseconds).Order().ToArray();
        if (delays.Length > 0)
            Row($"last byte in to last message out, ms: min / median / p90 / p99 / max", $"{delays[0]:F2} / {Quantile(delays, 0.5):F2} / {Quantile(delays, 0.9):F2} / {Quantile(delays, 0.99):F2} / {delays[^1]:F2}");
        Row($"processor time per telegram, ms", $"{result.ProcessorTime.TotalMilliseconds / options.Telegrams:F2}");
        foreach (var sample in Looks(result.Memory))
            Row($"memory after {sample.At.TotalMinutes:F1} min, MiB: resident / proportional / without a file", $"{Mebi(sample.Resident)} / {Mebi(sample.Proportional)} / {Mebi(sample.Anonymous)}");
        Row($"most resident, MiB", $"{Mebi(result.Memory.Max(static sample => sample.Resident))}");
        Row($"load average before; after", $"{result.LoadBefore}; {result.LoadAfter}");
        text.AppendLine();
        Histogram(text, delays);
        return text.ToString();

        void Row(FormattableString name, FormattableString value)
            => text.AppendLine(CultureInfo.InvariantCulture, $"| {FormattableString.Invariant(name)} | {FormattableString.Invariant(value)} |");
    }

    /// <summary>The first, the first after a minute, the last: whether memory grows shows in the last two.</summary>
    static IEnumerable<MemorySample> Looks(IReadOnlyList<MemorySample> samples)
    {
        yield return samples[0];
        var early = samples.FirstOrDefault(static sample => sample.At >= FirstLook);
        if (early.Resident > 0 && early != samples[^1]) yield return early;
        yield return samples[^1];
    }

    static void Histogram(StringBuilder text, double[] delays)
    {
        text.AppendLine("| ms | telegrams |").AppendLine("| --- | --- |");
        var from = 0.0;
        foreach (var to in Bounds.Append(double.PositiveInfinity))
        {
            var count = delays.Count(delay => delay >= from && delay < to);
            if (count > 0) text.AppendLine(CultureInfo.InvariantCulture, $"| {from} to {to} | {count} |");
            from = to;
        }
    }

    static double Quantile(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];

    static string Mebi(long kibi) => (kibi / 1024.0).ToString("F1", CultureInfo.InvariantCulture);
}
