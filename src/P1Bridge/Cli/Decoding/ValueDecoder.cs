using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Decoding;

/// <summary>Reads one value of a data object by its catalogue kind, or by what it looks like when it has none.</summary>
static class ValueDecoder
{
    public static DecodedValue Decode(in ObjectValue value, ValueKind? kind)
    {
        var content = value.Content;
        if (kind == ValueKind.HexText) return DecodeHex(content);
        if (content.IsEmpty) return new DecodedValue();
        if (kind == ValueKind.Text) return new DecodedValue { Text = Encoding.Latin1.GetString(content) };
        if (kind == ValueKind.Timestamp || (kind is null && content.Length == 13 && MeterTime.HasShape(content)))
            return new DecodedValue { Moment = TimeOf(content) };
        if (!ValueReader.TryReadNumber(content, out var number, out var unit))
            return new DecodedValue { Text = Encoding.Latin1.GetString(content) };
        if (unit.IsEmpty) unit = value.UnitGroup;
        return new DecodedValue
        {
            Number = number,
            Unit = unit.IsEmpty ? null : Encoding.Latin1.GetString(unit),
            At = TimeOf(value.Time),
            ClosedAt = TimeOf(value.ClosedAt),
            Capture = value.Source.IsEmpty ? null : new OldCapture(Latin(value.Status), Latin(value.Period), Latin(value.Source)),
        };
    }

    static DecodedValue DecodeHex(ReadOnlySpan<byte> content)
    {
        var (text, isBad) = ObjectSlot.Decode(content, ValueKind.HexText);
        return new DecodedValue { Text = text, Raw = content.IsEmpty || isBad ? null : Latin(content) };
    }

    static DateTimeOffset? TimeOf(ReadOnlySpan<byte> group) => MeterTime.Read(group, out var time) == TimestampStatus.Valid ? time : null;

    static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
