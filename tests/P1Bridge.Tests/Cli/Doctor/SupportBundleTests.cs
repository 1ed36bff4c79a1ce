using System.IO.Compression;
using System.Text;
using P1Bridge.Anonymising;
using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Diagnosis;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli.Doctor;

public sealed class SupportBundleTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-bundle-");

    public static TheoryData<string> Readable => Corpus.Rows(Corpus.Plain.Where(static name => !name.EndsWith("noise.bin", StringComparison.Ordinal)));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Readable))]
    public void No_identifier_and_no_message_of_the_corpus_is_left(string name)
    {
        // Every identifier of the corpus is invented and has 9999 in it; in telegrams it stands in hexadecimal.
        var bytes = Corpus.Bytes(name);
        var masked = SupportBundle.Mask(bytes, Line.Diagnose(bytes).Finding, Some.Catalogue, new IdentityCipher("test"));
        if (masked is null) return;
        Assert.InRange(masked.Length, 1, bytes.Length + 1);
        foreach (var view in (byte[][])[masked, LineCode.ClearParity(masked), LineCode.InvertBack(masked)])
            Assert.DoesNotContain(Some.Hex("9999"), Some.Latin(view), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_identifiers_change_and_the_checksum_with_them()
    {
        var telegram = Some.Latin(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));
        var masked = SupportBundle.Mask(Some.Latin(telegram), LineFinding.Ok, Some.Catalogue)!;
        var (before, after) = (telegram.Split("\r\n"), Some.Latin(masked).Split("\r\n"));
        Assert.Equal(before.Length, after.Length);
        var changed = before.Zip(after).Where(static pair => pair.First != pair.Second).Select(static pair => pair.First[0] == '!' ? "!" : pair.First[..pair.First.IndexOf('(', StringComparison.Ordinal)]);
        Assert.Equal(["!", "0-0:96.1.1", "0-1:96.1.1", "0-2:96.1.1"], changed.Order(StringComparer.Ordinal));
        Assert.True(Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue), masked)).IsAccepted);
    }

    [Fact]
    public void A_damaged_telegram_stays_one_and_tells_nothing_of_its_identifiers()
    {
        var bytes = Corpus.Bytes("bad/bad-crc.txt");
        var masked = SupportBundle.Mask(bytes, LineFinding.CrcErrors, Some.Catalogue)!;

        Assert.Equal(RejectReason.CrcMismatch, Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue), masked)).Reason);
        Assert.DoesNotContain(Some.Hex("9999000101"), Some.Latin(masked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0-0:96.1.1(3153414739393939)", "0-0:96.1.1(0000000000000000)")]
    [InlineData("0-0:96.13.0(4DC3A96CFF)", "0-0:96.13.0(0000000000)")]
    [InlineData("0-0:96.1X1(3153414739393939)", "0000000000(0000000000000000)")]
    [InlineData("0-0:199.9.9(541448820000123456)", "0-0:199.9.9(000000000000000000)")]
    [InlineData("0-0:199.9.9(12.5*kW)", "0-0:199.9.9(12.5*kW)")]
    [InlineData("0-0:96.14.0(541448820000123456)", "0-0:96.14.0(000000000000000000)")]
    [InlineData("0-0:96.14.0(0002)", "0-0:96.14.0(0002)")]
    [InlineData("0-0:96.1.4(50217)", "0-0:96.1.4(50217)")]
    [InlineData("1-0:1.8.1(000123.456*kWh)", "1-0:1.8.1(000123.456*kWh)")]
    [InlineData("1-0:1.8.1(000123.456*kWh)54144882", "1-0:1.8.1(00000000000000)00000000")]
    [InlineData("3939393(3132", "0000000(0000")]
    [InlineData("!A1B2", "!A1B2")]
    [InlineData("!A1B2 541448820000123456", "000000000000000000000000")]
    public void What_is_not_known_to_be_harmless_is_masked(string line, string masked)
        => Assert.Equal($"{masked}\r\n", Some.Latin(SupportBundle.Mask(Some.Latin(line + "\r\n"), LineFinding.CrcErrors, Some.Catalogue)!));

    [Theory]
    [InlineData(LineFinding.Encrypted)]
    [InlineData(LineFinding.NotP1Hdlc)]
    [InlineData(LineFinding.NotP1Mbus)]
    [InlineData(LineFinding.Noise)]
    [InlineData(LineFinding.WrongBaud)]
    public void What_cannot_be_masked_is_left_out(LineFinding finding) => Assert.Null(SupportBundle.Mask([1, 2, 3], finding, Some.Catalogue));

    [Fact]
    public void The_bundle_holds_everything_that_helps_and_no_secret()
    {
        var random = new Random(5);
        for (var round = 0; round < 30; round++)
        {
            var secret = string.Concat(Enumerable.Range(0, random.Next(6, 40)).Select(_ => (char)random.Next('!', '~')));
            var text = Written(secret);
            Assert.Equal(["README.txt", "configuration.yaml", "diagnosis.json", "meter/counters.txt", "meter/line.bin", "system.txt"], text.Keys.Order(StringComparer.Ordinal));
            Assert.All(text, entry => Assert.DoesNotContain(secret, entry.Value, StringComparison.Ordinal));
        }
        var last = Written("secret");
        Assert.Contains("password: '***'", last["configuration.yaml"], StringComparison.Ordinal);
        Assert.Contains("telegrams 1\n", last["meter/counters.txt"], StringComparison.Ordinal);
        Assert.StartsWith("/FLU5", last["meter/line.bin"], StringComparison.Ordinal);
    }

    Dictionary<string, string> Written(string secret)
    {
        var loaded = OptionsLoader.LoadText("meters: [{source: simulator}]\nmqtt: {host: broker.lan, user: me}\n", "p1bridge.yaml", new Dictionary<string, string>(), [$"mqtt.password={secret}"]);
        var sampler = new LineSampler(Some.Catalogue);
        sampler.Append(Corpus.Bytes("fluvius-1p.txt"));
        var sample = sampler.Sample(TimeSpan.FromSeconds(1));
        var file = new MeterFile("meter", new Heard(sample, LineDiagnosis.Of(sample), null, false), sampler);
        var path = Path.Combine(_folder.FullName, "bundle.zip");
        SupportBundle.Write(path, loaded, [new CheckResult("broker", CheckStatus.Problem, "refused")], [file], Some.Catalogue);
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(static entry => entry.FullName, static entry =>
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
            return reader.ReadToEnd();
        });
    }
}
