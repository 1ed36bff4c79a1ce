using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Decoding;

/// <summary>What the stream yields: a telegram or the reason why there is none.</summary>
abstract record DecodedResult;

/// <summary>A refused telegram, with what was collected of it.</summary>
sealed record DecodedError(RejectReason Reason, bool LineEndsChanged, byte[] Bytes) : DecodedResult;

/// <summary>An accepted telegram with its objects in the order sent.</summary>
sealed record DecodedTelegram(string Header, ushort? Checksum, DateTimeOffset? Clock, IReadOnlyList<DecodedObject> Objects, IReadOnlyList<BadLine> BadLines)
    : DecodedResult;

/// <summary>A data object with its values as sent. <paramref name="Row"/> is its catalogue row, if it has one.</summary>
sealed record DecodedObject(ObisReference Reference, Measurement? Row, IReadOnlyList<DecodedValue> Values, IssueClass Issue);

/// <summary>A line that is no data object.</summary>
sealed record BadLine(string Text, int FaultAt, LineFault Fault);

/// <summary>One value, neither scaled nor rounded. At most one of number, text and time is there.</summary>
sealed record DecodedValue
{
    public FixedPoint? Number { get; init; }

    public string? Text { get; init; }

    public DateTimeOffset? Moment { get; init; }

    public string? Unit { get; init; }

    /// <summary>The time stamp that belongs to the value.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>For monthly peaks, when the month was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>For hexadecimal texts the digits as sent.</summary>
    public string? Raw { get; init; }

    /// <summary>DSMR 2.2 and 3: status, period in minutes and captured object of a reading.</summary>
    public OldCapture? Capture { get; init; }
}

/// <summary>The extra groups of an old-style capture.</summary>
sealed record OldCapture(string Status, string Period, string Source);
