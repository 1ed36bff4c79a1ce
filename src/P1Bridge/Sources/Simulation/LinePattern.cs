using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>
/// The line of a catalogue row, taken apart: how many digits, which unit, whether a time stands before the value. Writes readings the way the
/// example is written, so that the reader gets out of the line what went in.
/// </summary>
sealed class LinePattern
{
    /// <summary>Groups of a reading in the old layout, and where its stamp ends.</summary>
    const int OldLayout = 7;

    const int OldStampEnd = 13;

    readonly Measurement _row;
    readonly string _reference;
    readonly string _values;
    readonly ImmutableArray<string> _groups;

    /// <summary>Takes the row's example apart; on <paramref name="channel"/> when the row is a sub-meter's.</summary>
    public LinePattern(Measurement row, byte channel)
    {
        _row = row;
        var open = row.Example.IndexOf('(', StringComparison.Ordinal);
        Reference = ObisReference.TryParse(row.Example[..open].Trim(), out var reference) ? reference : row.References[0];
        if (!row.Medium.IsMain) Reference = Reference.WithChannel(channel);
        _reference = Reference.ToString();
        _values = row.Example[open..].Trim().ReplaceLineEndings("\r\n");
        _groups = [.. _values.Split('(').Skip(1).Select(static group => group[..group.IndexOf(')', StringComparison.Ordinal)])];
    }

    /// <summary>The object that the line is.</summary>
    public ObisReference Reference { get; }

    /// <summary>The example as it stands.</summary>
    public string Example => _reference + _values;

    /// <summary>The line with another reading. A layout that no simulated meter has stays as the example is.</summary>
    public string With(in Reading reading) => ValuesOf(reading) is { } values ? _reference + values : Example;

    string? ValuesOf(in Reading reading) => _row.Kind switch
    {
        ValueKind.Number or ValueKind.Count when reading.Text == Reading.NoneWord => Groups(null, Off()),
        ValueKind.Number when IsPair => Pair(Digits(_groups[_row.Position - 1], reading.Number, _row.Unit)),
        ValueKind.Number or ValueKind.Count => Groups(reading.Time, Digits(_groups[^1], reading.Number, _row.Unit)),
        ValueKind.Word => $"({Number(_groups[^1], new FixedPoint(RawOf(reading.Text), 0))})",
        ValueKind.Timestamp when reading.Time is { } time => $"({MeterClock.Stamp(time)})",
        ValueKind.Text => $"({reading.Text})",
        ValueKind.HexText when reading.Text == Reading.NoneWord && _row.EmptyMeansNone => "()",
        ValueKind.HexText => $"({Convert.ToHexString(Encoding.Latin1.GetBytes(reading.Text ?? ""))})",
        ValueKind.MonthlyPeaks when _groups.Length >= 6 => Peaks(reading.Peaks ?? []),
        _ => null,
    };

    /// <summary>Two plain values, of which the row is one; the other stays as it is.</summary>
    bool IsPair => _groups.Length == 2 && !MeterTime.HasShape(Encoding.Latin1.GetBytes(_groups[0]));

    string Pair(string value) => _row.Position == 1 ? $"({value})({_groups[1]})" : $"({_groups[0]})({value})";

    string? Groups(DateTimeOffset? time, string value) => _groups.Length switch
    {
        1 => $"({value})",
        2 => $"({(time is { } at ? MeterClock.Stamp(at) : _groups[0])})({value})",
        // The old layout (DSMR 3.0 P1 5.10): hourly, without the letter of the season, the value on a line of its own.
        OldLayout when time is { } at => string.Concat(_values.AsSpan(0, 1), MeterClock.HourStamp(at), _values.AsSpan(OldStampEnd, _values.LastIndexOf('(') + 1 - OldStampEnd), $"{value})"),
        _ => null,
    };

    /// <summary>The number that means "not active".</summary>
    string Off() => Digits(_groups[^1], _row.OffValues[0], unit: null);

    long RawOf(string? word)
    {
        foreach (var (raw, name) in _row.Words)
        {
            if (name == word) return raw;
        }
        throw new InvalidOperationException($"'{word}' is no word of {_row.Id}");
    }

    /// <summary>The head of the buffer as in the example, then a row for each month: closed, peak time, peak.</summary>
    string Peaks(IReadOnlyList<MonthlyPeak> peaks)
    {
        const int firstValue = 5;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"({peaks.Count})({_groups[1]})({_groups[2]})");
        foreach (var peak in peaks)
        {
            var value = Digits(_groups[firstValue], peak.Value, peak.Unit);
            text.Append(CultureInfo.InvariantCulture, $"({MeterClock.Stamp(peak.ClosedAt)})({MeterClock.Stamp(peak.Time)})({value})");
        }
        return text.ToString();
    }

    /// <summary>A number with the digits of <paramref name="pattern"/> and in its unit: <c>012874.206*kWh</c>.</summary>
    static string Digits(string pattern, FixedPoint number, MeterUnit? unit)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return Number(pattern, number);
        var scale = unit is null ? 0 : unit.ScaleTo(MeterUnit.Find(pattern[(star + 1)..]) ?? unit) ?? 0;
        return Number(pattern[..star], number.Scale(scale)) + pattern[star..];
    }

    /// <summary>A number with as many leading zeros and decimals as <paramref name="pattern"/>; larger ones take more digits.</summary>
    static string Number(string pattern, FixedPoint number)
    {
        var point = pattern.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : pattern.Length - point - 1;
        var rounded = number.Round(decimals).Mantissa;
        var width = pattern.Count(char.IsAsciiDigit);
        var digits = Math.Abs(rounded).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
        if (decimals > 0) digits = digits.Insert(digits.Length - decimals, ".");
        return rounded < 0 ? $"-{digits}" : digits;
    }
}
