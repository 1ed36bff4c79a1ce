using P1Bridge.Core.Readings;

namespace P1Bridge.Fuzz;

/// <summary>What a reader made of one telegram: the outcome and, where it was taken, its bytes and everything it says.</summary>
sealed record FoundTelegram(TelegramOutcome Outcome, byte[] Bytes, string Says)
{
    public static readonly FoundTelegram Nothing = new(default, [], "");

    /// <summary>Takes down what a reader has just found.</summary>
    public static FoundTelegram Of(TelegramReader reader, TelegramOutcome outcome)
        => outcome.IsAccepted ? new(outcome, reader.Telegram.ToArray(), Fingerprint.Of(reader.Readings)) : Nothing with { Outcome = outcome };

    /// <summary>Everything that a stream yields, its end included.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="stream">The bytes.</param>
    /// <param name="random">Where they are cut into pieces; null for one piece.</param>
    /// <param name="isLast">Whether the stream ends there.</param>
    /// <param name="accepted">Called for each telegram that was taken, while the reader still holds it.</param>
    public static List<FoundTelegram> All(
        TelegramReader reader, ReadOnlySpan<byte> stream, Random? random = null, bool isLast = true, Action<FoundTelegram>? accepted = null)
    {
        var found = new List<FoundTelegram>();
        // Most meters are read in pieces of about this size; one byte at a time is the exception that must work too.
        var largest = random?.Next(3) switch { null => stream.Length, 0 => 3, 1 => 100, _ => 1500 };
        while (!stream.IsEmpty)
        {
            var piece = stream[..(random is null ? stream.Length : Math.Min(stream.Length, random.Next(1, largest + 1)))];
            stream = stream[piece.Length..];
            while (reader.TryRead(ref piece, out var outcome))
                Add(outcome);
        }
        while (isLast && reader.TryComplete(out var last))
            Add(last);
        return found;

        void Add(TelegramOutcome outcome)
        {
            found.Add(Of(reader, outcome));
            if (outcome.IsAccepted) accepted?.Invoke(found[^1]);
        }
    }
}
