namespace P1Bridge.Recording;

/// <summary>The bytes that arrived together, and when, counted from the start of the recording.</summary>
readonly record struct RecordedChunk(TimeSpan Offset, ReadOnlyMemory<byte> Bytes);

/// <summary>What the first line of a recording says: when it began and what was listened to.</summary>
sealed record RecordingHeader(DateTimeOffset StartedAt, string Source);

/// <summary>A recording that cannot be read: the text begins with file, line and column.</summary>
sealed class RecordingException(string file, int line, int column, string text)
    : IOException(FormattableString.Invariant($"{file}:{line}:{column}: {text}"));
