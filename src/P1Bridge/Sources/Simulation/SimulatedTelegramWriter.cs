using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>
/// Writes telegrams from the catalogue: each row's line after the pattern of its example, with the house's reading. Rows that the house knows
/// nothing of repeat their example, so a new row of the catalogue appears by itself. Rows without an object of their own and those marked
/// <c>simulate: false</c> are left out.
/// </summary>
sealed class SimulatedTelegramWriter(Catalogue catalogue)
{
    readonly Dictionary<(string Medium, byte Channel), MeterPatterns> _patterns = [];

    /// <summary>The telegram of what the meters have to say, checksum and last line end included.</summary>
    public byte[] Write(IReadOnlyList<SimulatedMeter> meters)
    {
        var text = new StringBuilder(SimulatorProfile.Usual.Header).Append("\r\n\r\n");
        foreach (var meter in meters)
            PatternsOf(meter).Write(meter, text);
        return Finish(text, hasChecksum: true);
    }

    /// <summary>Ends a telegram.</summary>
    public static byte[] Finish(StringBuilder text, bool hasChecksum)
    {
        text.Append('!');
        var crc = hasChecksum ? Crc16.Compute(Encoding.Latin1.GetBytes(text.ToString())).ToString("X4", CultureInfo.InvariantCulture) : "";
        return Encoding.Latin1.GetBytes(text.Append(crc).Append("\r\n").ToString());
    }

    MeterPatterns PatternsOf(SimulatedMeter meter)
    {
        if (!_patterns.TryGetValue((meter.Medium, meter.Channel), out var patterns))
        {
            patterns = new MeterPatterns(catalogue.ByMedium.GetValueOrDefault(meter.Medium, []), meter);
            _patterns[(meter.Medium, meter.Channel)] = patterns;
        }
        return patterns;
    }

    /// <summary>The lines of one meter.</summary>
    sealed class MeterPatterns
    {
        readonly FrozenDictionary<ValueKey, LinePattern> _known;
        readonly ImmutableArray<LinePattern> _others;

        public MeterPatterns(ImmutableArray<Measurement> rows, SimulatedMeter meter)
        {
            var known = meter.Values.Select(static value => value.Key).ToHashSet();
            var lines = LinesOf(rows, meter.Channel).ToList();
            _known = lines.Where(line => known.Contains(line.Key)).ToFrozenDictionary(static line => line.Key, static line => line.Pattern);
            _others = [.. lines.Where(line => !known.Contains(line.Key)).Select(static line => line.Pattern)];
        }

        public void Write(SimulatedMeter meter, StringBuilder text)
        {
            foreach (var (key, reading) in meter.Values)
            {
                if (reading.IsGood && _known.TryGetValue(key, out var pattern)) text.Append(pattern.With(reading)).Append("\r\n");
            }
            foreach (var other in _others)
                text.Append(other.Example).Append("\r\n");
        }

        /// <summary>One line for each object: rows that share it are parts of one line, and the value's row writes it.</summary>
        static IEnumerable<(ValueKey Key, LinePattern Pattern)> LinesOf(ImmutableArray<Measurement> rows, byte channel)
        {
            var written = new HashSet<ObisReference>();
            var values = rows.Where(static row => row.Part == ValuePart.Value).SelectMany(static row => row.References).ToHashSet();
            foreach (var row in rows)
            {
                if (!row.Simulated || row.References.IsEmpty) continue;
                if (row.Part == ValuePart.Time && row.References.Any(values.Contains)) continue;
                var pattern = new LinePattern(row, channel);
                if (written.Add(pattern.Reference)) yield return (ValueKey.Of(row), pattern);
            }
        }
    }
}
