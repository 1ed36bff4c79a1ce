using System.Text;
using FsCheck.Fluent;
using P1Bridge.Cli.Decoding;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Decoding;

public class SidecarTests
{
    public static TheoryData<string> PlainStreams => Corpus.Rows(Corpus.Plain);

    [Fact]
    public void Exactly_the_encrypted_files_are_left_out()
    {
        var encrypted = Corpus.Streams.Where(static name => name.EndsWith(".bin", StringComparison.Ordinal) && Sidecar.Of(name).Market == "LU");

        Assert.Equal(Corpus.Encrypted, encrypted);
        Assert.Equal(40, Corpus.Plain.Length);
    }

    [Theory, MemberData(nameof(PlainStreams))]
    public void A_stream_in_one_piece_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static left => left);

    [Theory, MemberData(nameof(PlainStreams))]
    public void A_stream_byte_by_byte_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 1);

    [Theory, MemberData(nameof(PlainStreams))]
    public void A_stream_in_pieces_of_7_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 7);

    [Theory, MemberData(nameof(PlainStreams))]
    public void A_stream_in_pieces_of_512_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 512);

    [Fact]
    public void Any_cut_of_any_stream_gives_the_same()
    {
        var streams = Corpus.Plain.Select(static name => (Bytes: Corpus.Bytes(name), Whole: Decode(Corpus.Bytes(name), static left => left))).ToList();
        var cuts = Gen.Choose(1, 700).ArrayOf().ToArbitrary();
        Prop.ForAll(Gen.Choose(0, streams.Count - 1).ToArbitrary(), cuts, (index, sizes) =>
        {
            var at = 0;
            int Next(int left) => at < sizes.Length ? sizes[at++] : left;
            return Decode(streams[index].Bytes, Next) == streams[index].Whole;
        }).Holds(300);
    }

    [Fact]
    public void Good_telegrams_in_any_order_with_noise_between_are_all_found()
    {
        var good = Corpus.Good.Where(static name => Sidecar.Of(name).Results.Count == 1).ToArray();
        var noise = Gen.Choose(0, 255).Where(static value => value != '/').Select(static value => (byte)value).ArrayOf();
        var plan = Gen.Choose(0, good.Length - 1).Zip(noise).ArrayOf().ToArbitrary();
        Prop.ForAll(plan, pieces =>
        {
            byte[] stream = [.. pieces.SelectMany(piece => (byte[])[.. Corpus.Bytes(good[piece.Item1]), .. piece.Item2])];
            var results = new TelegramDecoder(Some.Catalogue).Append(stream);
            return results.OfType<DecodedTelegram>().Count() == pieces.Length
                && pieces.Zip(results).All(pair => Sidecar.Of(good[pair.First.Item1]).Differs(Json([pair.Second])) is null);
        }).Holds(60);
    }

    static void AssertDecoded(string name, Func<int, int> pieceSize)
        => Assert.Null(Sidecar.Of(name).Differs(Decode(Corpus.Bytes(name), pieceSize)));

    static string Decode(ReadOnlySpan<byte> stream, Func<int, int> pieceSize)
    {
        var decoder = new TelegramDecoder(Some.Catalogue);
        var results = new List<DecodedResult>();
        while (!stream.IsEmpty)
        {
            var size = Math.Min(stream.Length, pieceSize(stream.Length));
            results.AddRange(decoder.Append(stream[..size]));
            stream = stream[size..];
        }
        results.AddRange(decoder.Complete());
        return Json(results);
    }

    static string Json(IEnumerable<DecodedResult> results)
    {
        using var output = new MemoryStream();
        DecodeJson.Write(results, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
