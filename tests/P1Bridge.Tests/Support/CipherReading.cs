using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>What the cipher framer makes of a stream.</summary>
static class CipherReading
{
    /// <summary>Each result in order: the telegram's text, or the name of the reason why there is none.</summary>
    public static List<string> All(DecryptionOptions? options, ReadOnlySpan<byte> stream, params ReadOnlySpan<int> sizes)
        => AllOf(new CipherFramer(options), stream, sizes);

    /// <summary>The same in pieces of these sizes; what is left over comes in pieces of the last size, or in one.</summary>
    public static List<string> AllOf(CipherFramer framer, ReadOnlySpan<byte> stream, params ReadOnlySpan<int> sizes)
    {
        var found = new List<string>();
        for (var i = 0; !stream.IsEmpty; i++)
        {
            var size = Math.Min(stream.Length, sizes.IsEmpty ? stream.Length : sizes[Math.Min(i, sizes.Length - 1)]);
            Feed(framer, stream[..size], found);
            stream = stream[size..];
        }
        while (framer.TryComplete(out var last))
            found.Add(Of(last));
        return found;
    }

    /// <summary>Feeds a piece and leaves the stream open.</summary>
    public static void Feed(CipherFramer framer, ReadOnlySpan<byte> piece, List<string> found)
    {
        while (framer.TryRead(ref piece, out var frame))
            found.Add(Of(frame));
    }

    static string Of(in Frame frame) => frame.Reason == RejectReason.None ? Some.Latin(frame.Bytes) : RejectReasons.Name(frame.Reason);
}
