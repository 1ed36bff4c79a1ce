using FsCheck.Fluent;
using P1Bridge.Cli.Decoding;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Decoding;

public class SidecarTests
{
    public static TheoryData<string> Streams => Corpus.Rows(Corpus.Streams);

    public static TheoryData<string> EncryptedStreams => Corpus.Rows(Corpus.Encrypted);

    [Fact]
    public void Every_stream_is_here_and_three_of_them_are_encrypted()
    {
        Assert.Equal(43, Corpus.Streams.Length);
        Assert.Equal(Corpus.Encrypted, Corpus.Streams.Where(static name => Sidecar.Of(name).Decryption is not null));
    }

    [Theory, MemberData(nameof(Streams))]
    public void A_stream_in_one_piece_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static left => left);

    [Theory, MemberData(nameof(Streams))]
    public void A_stream_byte_by_byte_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 1);

    [Theory, MemberData(nameof(Streams))]
    public void A_stream_in_pieces_of_7_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 7);

    [Theory, MemberData(nameof(Streams))]
    public void A_stream_in_pieces_of_512_gives_what_its_sidecar_says(string name) => AssertDecoded(name, static _ => 512);

    [Theory, MemberData(nameof(EncryptedStreams))]
    public void An_encrypted_stream_without_tag_check_gives_what_its_sidecar_says(string name)
    {
        var sidecar = Sidecar.Of(name).WithoutTagCheck;
        var decryption = Sidecar.Of(name).Decryption! with { CheckTag = false };

        foreach (var size in (int[])[1, 7, 512, int.MaxValue])
            Assert.Null(sidecar.Differs(StreamDecoding.Json(Corpus.Bytes(name), _ => size, decryption)));
    }

    [Theory, MemberData(nameof(Streams))]
    public void A_key_changes_nothing_for_a_plain_stream_and_none_hides_nothing_but_encrypted_telegrams(string name)
    {
        var withoutKey = StreamDecoding.Json(Corpus.Bytes(name), static left => left);

        if (Corpus.Encrypted.Contains(name)) Assert.Contains("key_missing", withoutKey, StringComparison.Ordinal);
        else Assert.Equal(withoutKey, StreamDecoding.Json(Corpus.Bytes(name), static left => left, CipherFrameWriter.Options()));
    }

    [Fact]
    public void Any_cut_of_any_stream_gives_the_same()
    {
        var streams = Corpus.Streams.Select(static name => (Bytes: Corpus.Bytes(name), Keys: Sidecar.Of(name).Decryption)).ToList();
        var whole = streams.ConvertAll(static stream => StreamDecoding.Json(stream.Bytes, static left => left, stream.Keys));
        var cuts = Gen.Choose(1, 700).ArrayOf().ToArbitrary();
        Prop.ForAll(Gen.Choose(0, streams.Count - 1).ToArbitrary(), cuts, (index, sizes) =>
        {
            var at = 0;
            int Next(int left) => at < sizes.Length ? sizes[at++] : left;
            return StreamDecoding.Json(streams[index].Bytes, Next, streams[index].Keys) == whole[index];
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
                && pieces.Zip(results).All(pair => Sidecar.Of(good[pair.First.Item1]).Differs(StreamDecoding.Json([pair.Second])) is null);
        }).Holds(60);
    }

    static void AssertDecoded(string name, Func<int, int> pieceSize)
        => Assert.Null(Sidecar.Of(name).Differs(StreamDecoding.Json(Corpus.Bytes(name), pieceSize, Sidecar.Of(name).Decryption)));
}
