using System.Buffers.Binary;
using System.Security.Cryptography;

namespace P1Bridge.Fuzz;

/// <summary>
/// Opens whatever may be a cipher frame in a stream, without its tag: each place where one can begin is taken for one. It shares no code with
/// the reader, so that it can tell whether a telegram that the reader found inside a frame really was there.
/// </summary>
static class FrameOpener
{
    const int BlockLength = 16;
    const int TagLength = 12;

    /// <summary>What each of these places says, decrypted.</summary>
    public static IEnumerable<byte[]> Open(byte[] stream, byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        for (var at = 0; at + 20 < stream.Length; at++)
        {
            if (stream[at] == 0xDB && stream[at + 1] == 8 && OpenAt(stream, at, aes) is { } text) yield return text;
        }
    }

    static byte[]? OpenAt(byte[] stream, int at, Aes aes)
    {
        var (rest, body) = stream[at + 10] == 0x82
            ? (BinaryPrimitives.ReadUInt16BigEndian(stream.AsSpan(at + 11)), at + 13)
            : (stream[at + 10], at + 11);
        // Security control and frame counter stand before the ciphertext.
        var (start, end) = (body + 5, body + rest - TagLength);
        if (end <= start || end + TagLength > stream.Length) return null;
        byte[] vector = [.. stream.AsSpan(at + 2, 8), .. stream.AsSpan(body + 1, 4), 0, 0, 0, 0];
        var text = stream[start..end];
        for (var i = 0; i < text.Length; i += BlockLength)
        {
            BinaryPrimitives.WriteUInt32BigEndian(vector.AsSpan(12), 2 + (uint)(i / BlockLength));
            var mask = aes.EncryptEcb(vector, PaddingMode.None);
            for (var j = 0; j < Math.Min(BlockLength, text.Length - i); j++)
                text[i + j] ^= mask[j];
        }
        return text;
    }
}
