using System.Text;

namespace P1Bridge.Core.Telegrams;

/// <summary>
/// An OBIS reference <c>A-B:C.D.E*F</c> (IEC 62056-61), the name of a data object: six values of 0 to 255.
/// F is 255 when it is not written; field B is the M-Bus channel of a sub-meter's objects.
/// </summary>
public readonly record struct ObisReference : IComparable<ObisReference>
{
    /// <summary>Field B of a catalogue row that stands for every M-Bus channel, written <c>n</c>.</summary>
    public const byte AnyChannel = 255;

    readonly ulong _packed;

    ObisReference(ulong packed) => _packed = packed;

    /// <summary>Makes a reference of its six fields.</summary>
    public ObisReference(byte a, byte b, byte c, byte d, byte e, byte f = 255)
        => _packed = ((ulong)a << 40) | ((ulong)b << 32) | ((ulong)c << 24) | ((ulong)d << 16) | ((ulong)e << 8) | f;

    /// <summary>Field A: 0 general, 1 electricity.</summary>
    public byte A => (byte)(_packed >> 40);

    /// <summary>Field B: the M-Bus channel, 0 for the meter itself.</summary>
    public byte B => (byte)(_packed >> 32);

    /// <summary>Fields A to F as one number; sorts as the fields do.</summary>
    public ulong Packed => _packed;

    /// <summary>The same object on another M-Bus channel.</summary>
    public ObisReference WithChannel(byte channel) => new((_packed & ~(0xFFUL << 32)) | ((ulong)channel << 32));

    /// <summary>
    /// Reads a reference at the start of <paramref name="text"/>. F may follow <c>*</c> or <c>.</c>.
    /// False when it is none; <paramref name="length"/> is then where reading stopped.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out ObisReference reference, out int length)
    {
        const ulong separators = ((ulong)'-' << 32) | ((ulong)':' << 24) | ((ulong)'.' << 16) | ((ulong)'.' << 8);
        reference = default;
        length = 0;
        ulong packed = 0;
        for (var field = 4; field >= 0; field--)
        {
            if (!TryReadField(text, ref length, out var value)) return false;
            packed = (packed << 8) | value;
            var separator = (byte)(separators >> (8 * field));
            if (field == 0) break;
            if (length >= text.Length || text[length] != separator) return false;
            length++;
        }
        byte last = 255;
        if (length < text.Length && text[length] is (byte)'*' or (byte)'.')
        {
            length++;
            if (!TryReadField(text, ref length, out last)) return false;
        }
        reference = new ObisReference((packed << 8) | last);
        return true;
    }

    /// <summary>Reads a whole text such as <c>1-0:1.8.1</c>; channel <c>n</c> becomes <see cref="AnyChannel"/>.</summary>
    public static bool TryParse(string text, out ObisReference reference)
    {
        ArgumentNullException.ThrowIfNull(text);
        var anyChannel = text.IndexOf("-n:", StringComparison.Ordinal) is var at and > 0;
        var bytes = Encoding.Latin1.GetBytes(anyChannel ? text.Replace("-n:", "-255:", StringComparison.Ordinal) : text);
        return TryRead(bytes, out reference, out var length) && length == bytes.Length;
    }

    static bool TryReadField(ReadOnlySpan<byte> text, ref int position, out byte value)
    {
        // Utf8Parser would read a sign or more digits; a field is one to three digits.
        var number = 0;
        var start = position;
        while (position < text.Length && position - start < 3 && text[position] is >= (byte)'0' and <= (byte)'9' and var digit)
        {
            number = number * 10 + digit - '0';
            position++;
        }
        value = (byte)number;
        return position > start && number <= 255;
    }

    /// <inheritdoc/>
    public int CompareTo(ObisReference other) => _packed.CompareTo(other._packed);

    /// <summary><c>A-B:C.D.E</c>, with <c>*F</c> only when F is not 255; channel <see cref="AnyChannel"/> is printed as <c>n</c>.</summary>
    public override string ToString()
    {
        var channel = B == AnyChannel ? "n" : $"{B}";
        var name = $"{A}-{channel}:{(byte)(_packed >> 24)}.{(byte)(_packed >> 16)}.{(byte)(_packed >> 8)}";
        return (byte)_packed == 255 ? name : $"{name}*{(byte)_packed}";
    }

    public static bool operator <(ObisReference left, ObisReference right) => left._packed < right._packed;

    public static bool operator >(ObisReference left, ObisReference right) => left._packed > right._packed;

    public static bool operator <=(ObisReference left, ObisReference right) => left._packed <= right._packed;

    public static bool operator >=(ObisReference left, ObisReference right) => left._packed >= right._packed;
}
