namespace P1Bridge.Core.Telegrams;

/// <summary>
/// What <see cref="TelegramFramer"/> found: a telegram or the reason why there is none.
/// The spans point into the framer's buffer and are valid until its next call.
/// </summary>
public readonly ref struct Frame
{
    internal Frame(RejectReason reason, ReadOnlySpan<byte> bytes, bool hasChecksum = false, ushort checksum = 0, bool lineEndsChanged = false)
    {
        Reason = reason;
        Bytes = bytes;
        HasChecksum = hasChecksum;
        Checksum = checksum;
        LineEndsChanged = lineEndsChanged;
    }

    /// <summary><see cref="RejectReason.None"/> for a telegram; anything else refuses it.</summary>
    public RejectReason Reason { get; }

    /// <summary>The telegram from '/' to '!' inclusive; for a refused one what was collected of it.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether digits followed the '!'. DSMR 2.2 and 3 send none.</summary>
    public bool HasChecksum { get; }

    /// <summary>The checksum computed over <see cref="Bytes"/>, when <see cref="HasChecksum"/>.</summary>
    public ushort Checksum { get; }

    /// <summary>With <see cref="RejectReason.CrcMismatch"/>: the checksum would match if each LF still had its CR.</summary>
    public bool LineEndsChanged { get; }
}
