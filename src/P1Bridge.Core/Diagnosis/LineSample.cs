namespace P1Bridge.Core.Diagnosis;

/// <summary>What was heard on a line.</summary>
/// <param name="Bytes">The bytes, as they came.</param>
/// <param name="Listened">How long was listened; zero for a recording, whose time is not known.</param>
/// <param name="Counts">What the reader made of the bytes.</param>
/// <param name="Profile">How the line was read; null when that is not known (a recording, a network gateway).</param>
public sealed record LineSample(ReadOnlyMemory<byte> Bytes, TimeSpan Listened, LineCounts Counts, LineProfile? Profile = null);

/// <summary>What a telegram reader made of a sample.</summary>
/// <param name="Accepted">Telegrams whose readings can be used.</param>
/// <param name="Damaged">Telegrams that were refused; one that was merely cut off by the end of the sample does not count.</param>
/// <param name="LineEndsChanged">Of these, those whose checksum would match with the CRs put back.</param>
public readonly record struct LineCounts(long Accepted, long Damaged, long LineEndsChanged);
