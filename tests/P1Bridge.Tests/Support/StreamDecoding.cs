using System.Text;
using P1Bridge.Cli.Decoding;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>What a stream yields, as the JSON of the decode command.</summary>
static class StreamDecoding
{
    /// <summary>In pieces of the sizes that <paramref name="pieceSize"/> gives for what is left.</summary>
    public static string Json(ReadOnlySpan<byte> stream, Func<int, int> pieceSize, DecryptionOptions? decryption = null)
    {
        var decoder = new TelegramDecoder(Some.Catalogue, decryption);
        return Json([.. Append(decoder, stream, pieceSize), .. decoder.Complete()]);
    }

    /// <summary>Feeds a stream and leaves it open.</summary>
    public static List<DecodedResult> Append(TelegramDecoder decoder, ReadOnlySpan<byte> stream, Func<int, int> pieceSize)
    {
        var results = new List<DecodedResult>();
        while (!stream.IsEmpty)
        {
            var size = Math.Min(stream.Length, pieceSize(stream.Length));
            results.AddRange(decoder.Append(stream[..size]));
            stream = stream[size..];
        }
        return results;
    }

    public static string Json(IEnumerable<DecodedResult> results)
    {
        using var output = new MemoryStream();
        DecodeJson.Write(results, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
