using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>A frame that outlives the framer's next call.</summary>
sealed record FoundFrame(RejectReason Reason, string Text, bool HasChecksum, ushort Checksum, bool LineEndsChanged)
{
    /// <summary>Everything that the framer yields for a stream in pieces of one size; 0 for one piece.</summary>
    public static List<FoundFrame> All(TelegramFramer framer, ReadOnlySpan<byte> stream, int pieceSize = 0, bool complete = true)
    {
        var found = new List<FoundFrame>();
        while (!stream.IsEmpty)
        {
            var size = pieceSize == 0 ? stream.Length : Math.Min(pieceSize, stream.Length);
            var piece = stream[..size];
            stream = stream[size..];
            while (framer.TryRead(ref piece, out var frame))
                found.Add(Of(frame));
        }
        if (complete && framer.TryComplete(out var last)) found.Add(Of(last));
        return found;
    }

    static FoundFrame Of(in Frame frame)
        => new(frame.Reason, Some.Latin(frame.Bytes), frame.HasChecksum, frame.Checksum, frame.LineEndsChanged);
}
