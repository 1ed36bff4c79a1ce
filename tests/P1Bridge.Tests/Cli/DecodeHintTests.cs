using P1Bridge.Cli.Decoding;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli;

public class DecodeHintTests
{
    [Theory]
    [InlineData("smarty-lu-encrypted.bin", "--key HEX")]
    [InlineData("bad/parity-7e1.bin", "format: 7E1")]
    [InlineData("bad/baud-115200-as-9600.bin", "another baud_rate")]
    [InlineData("bad/baud-9600-as-115200.bin", "another baud_rate")]
    [InlineData("bad/inverted.bin", "upside down")]
    [InlineData("bad/lf-only.txt", "raw mode")]
    [InlineData("bad/bad-crc.txt", "p1bridge doctor")]
    public void Bytes_without_a_valid_telegram_are_named_with_the_way_out(string name, string hint)
        => Assert.Contains(hint, Assert.Single(Hints(name, null)), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_does_not_fit_is_told_from_a_missing_one()
        => Assert.Contains("the key does not open them", Hints("smarty-lu-encrypted.bin", CipherFrameWriter.Options(CipherFrameWriter.OtherKey))[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("bad/binary-noise.bin")]
    [InlineData("fluvius-1p.txt")]
    public void Where_nothing_better_is_known_nothing_is_said(string name) => Assert.Empty(Hints(name, null));

    static IReadOnlyList<string> Hints(string name, DecryptionOptions? keys)
    {
        var sampler = new LineSampler(Some.Catalogue, keys);
        sampler.Append(Corpus.Bytes(name));
        return DecodeHint.For(sampler.Sample(TimeSpan.Zero), keys is not null);
    }
}
