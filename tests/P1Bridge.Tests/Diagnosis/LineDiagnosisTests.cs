using System.Numerics;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Diagnosis;

public class LineDiagnosisTests
{
    public static TheoryData<string> Good => Corpus.Rows(Corpus.Good);

    [Theory]
    [InlineData("bad/inverted.bin", LineFinding.InvertedSignal, Confidence.High)]
    [InlineData("bad/parity-7e1.bin", LineFinding.WrongParity, Confidence.High)]
    [InlineData("bad/baud-9600-as-115200.bin", LineFinding.WrongBaud, Confidence.High)]
    [InlineData("bad/baud-115200-as-9600.bin", LineFinding.WrongBaud, Confidence.Medium)]
    [InlineData("bad/binary-noise.bin", LineFinding.Noise, Confidence.Low)]
    [InlineData("bad/lf-only.txt", LineFinding.LineEnds, Confidence.High)]
    [InlineData("bad/bad-crc.txt", LineFinding.CrcErrors, Confidence.High)]
    [InlineData("bad/truncated.txt", LineFinding.NoTelegram, Confidence.Medium)]
    [InlineData("smarty-lu-encrypted.bin", LineFinding.Encrypted, Confidence.High)]
    public void A_line_dump_is_named_whether_the_profile_is_known_or_not(string file, LineFinding finding, Confidence confidence)
    {
        foreach (var profile in (LineProfile?[])[null, Line.Usual])
        {
            var diagnosis = Line.Diagnose(Corpus.Bytes(file), profile);
            Assert.Equal((finding, confidence), (diagnosis.Finding, diagnosis.Confidence));
        }
    }

    [Theory]
    [InlineData("bad/inverted.bin")]
    [InlineData("bad/parity-7e1.bin")]
    [InlineData("bad/baud-9600-as-115200.bin")]
    [InlineData("bad/baud-115200-as-9600.bin")]
    public void The_name_is_the_one_of_the_sidecar(string file)
        => Assert.Equal(Sidecar.Of(file).Diagnosis, LineFindings.Name(Line.Diagnose(Corpus.Bytes(file)).Finding));

    [Theory]
    [InlineData("bad/inverted.bin", LineFinding.InvertedSignal)]
    [InlineData("bad/parity-7e1.bin", LineFinding.WrongParity)]
    [InlineData("bad/baud-9600-as-115200.bin", LineFinding.WrongBaud)]
    [InlineData("bad/baud-115200-as-9600.bin", LineFinding.WrongBaud)]
    public void It_makes_no_difference_where_listening_began_and_ended(string file, LineFinding finding)
    {
        var stream = Corpus.Bytes(file);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var length = random.Next(200, stream.Length + 1);
            var start = random.Next(0, stream.Length - length + 1);
            Assert.Equal(finding, Line.Diagnose(stream.AsSpan(start, length)).Finding);
        }
    }

    [Theory, MemberData(nameof(Good))]
    public void A_good_telegram_is_fine(string file)
    {
        var diagnosis = Line.Diagnose(Corpus.Bytes(file), Line.Usual, 2);
        Assert.Equal((LineFinding.Ok, Confidence.High), (diagnosis.Finding, diagnosis.Confidence));
        Assert.Equal(1, diagnosis.Fact("telegrams"));
    }

    [Theory, MemberData(nameof(Good))]
    public void Every_meter_is_recognised_upside_down_and_with_parity_bits(string file)
    {
        // One telegram alone has less of everything that figures could be made of.
        var telegram = Corpus.Bytes(file);
        Assert.Equal(LineFinding.InvertedSignal, Line.Diagnose([.. telegram.Select(LineCode.Invert)]).Finding);
        Assert.Equal(LineFinding.WrongParity, Line.Diagnose(Line.WithEvenParity(telegram)).Finding);
    }

    [Theory, MemberData(nameof(Good))]
    public void Odd_characters_read_as_zero_are_8N1_read_as_7E1(string file)
    {
        byte[] asSevenEven = [.. Corpus.Bytes(file).Select(static c => (byte)(BitOperations.PopCount(c) % 2 == 0 ? c : 0))];
        Assert.Equal((LineFinding.WrongParity, Confidence.Medium), Name(Line.Diagnose(asSevenEven, new LineProfile(115_200, true))));
        Assert.Equal((LineFinding.WrongParity, Confidence.Low), Name(Line.Diagnose(asSevenEven)));
    }

    [Fact]
    public void Nothing_and_a_few_stray_bytes_are_silence()
    {
        Assert.Equal((LineFinding.Silent, Confidence.High), Name(Line.Diagnose([], Line.Usual, 12)));
        Assert.Equal((LineFinding.Silent, Confidence.Medium), Name(Line.Diagnose([0x00, 0xFF, 0x80], Line.Usual, 12)));
        Assert.Equal(12, Line.Diagnose([], Line.Usual, 12).Fact("seconds"));
    }

    [Fact]
    public void The_recovered_text_shows_quantities_and_never_a_serial_number()
    {
        var inverted = Line.Diagnose(Corpus.Bytes("bad/inverted.bin"));
        Assert.StartsWith("1-0:1.8.1(", inverted.Recovered, StringComparison.Ordinal);
        var plain = Line.Diagnose(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));
        Assert.Equal(3, plain.Recovered!.Split('\n').Length);
        Assert.All(plain.Recovered.Split('\n'), static line => Assert.Matches(@"^\d-\d:\d+\.\d+\.\d+\(\d+\.\d+\*\w+\)$", line));
    }

    [Fact]
    public void Damaged_telegrams_among_good_ones_are_counted()
    {
        var telegram = Corpus.Bytes("fluvius-1p.txt");
        var bad = Corpus.Bytes("bad/bad-crc.txt");
        var diagnosis = Line.Diagnose([.. telegram, .. bad, .. telegram, .. telegram]);
        Assert.Equal(LineFinding.CrcErrors, diagnosis.Finding);
        Assert.Equal((3, 1), (diagnosis.Fact("telegrams"), diagnosis.Fact("damaged_telegrams")));
    }

    [Fact]
    public void A_telegram_cut_by_the_begin_or_the_end_of_listening_is_no_damage()
    {
        var telegram = Corpus.Bytes("fluvius-1p.txt");
        var diagnosis = Line.Diagnose([.. telegram[300..], .. telegram, .. telegram[..200]]);
        Assert.Equal(LineFinding.Ok, diagnosis.Finding);
        Assert.Equal(0, diagnosis.Fact("damaged_telegrams"));
    }

    [Fact]
    public void A_whole_frame_behind_one_that_was_cut_off_is_counted_when_listening_ends()
    {
        var cutOff = CipherFrameWriter.Write(Some.Telegram([.. Enumerable.Repeat("0-0:96.13.0()", 50)]), title: "OTHERTTL"u8.ToArray())[..60];
        var whole = CipherFrameWriter.Write(Some.Telegram("1-0:1.7.0(00.500*kW)"));
        var sampler = new LineSampler(Some.Catalogue, CipherFrameWriter.Options());

        sampler.Append([.. cutOff, .. whole]);
        Assert.Equal(0, sampler.Counters.Accepted);
        sampler.Complete();

        Assert.Equal(new LineCounts(1, 0, 0), sampler.Sample(TimeSpan.Zero).Counts);
    }

    [Fact]
    public void Hdlc_and_mbus_frames_are_no_P1()
    {
        Assert.Equal(LineFinding.NotP1Hdlc, Line.Diagnose([.. Frames.Hdlc(230), .. Frames.Hdlc(230)]).Finding);
        Assert.Equal(LineFinding.NotP1Hdlc, Line.Diagnose([.. Frames.Hdlc(40)[10..], .. Frames.Hdlc(120)]).Finding);
        Assert.Equal(LineFinding.NotP1Mbus, Line.Diagnose([.. Frames.Mbus(250), .. Frames.Mbus(112)]).Finding);
    }

    [Fact]
    public void Random_bytes_are_noise_and_never_something_certain()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var noise = new byte[random.Next(64, 4096)];
            random.NextBytes(noise);
            var diagnosis = Line.Diagnose(noise, Line.Usual);
            Assert.Equal((LineFinding.Noise, Confidence.Low), Name(diagnosis));
            Assert.Equal(LineFinding.WrongBaud, Line.Diagnose(noise, new LineProfile(9600, true)).Finding);
        }
    }

    [Fact]
    public void Text_of_another_device_is_no_telegram()
    {
        var text = Some.Latin("ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\nrst:0x1 (POWERON),boot:0xd (SPI_FAST_FLASH_BOOT)\r\n");
        Assert.Equal(LineFinding.NoTelegram, Line.Diagnose(text).Finding);
        Assert.Null(Line.Diagnose(text).Recovered);
    }

    [Fact]
    public void Every_finding_and_confidence_has_a_name()
    {
        Assert.All(Enum.GetValues<LineFinding>(), static finding => Assert.Matches("^[a-z0-9_]+$", LineFindings.Name(finding)));
        Assert.Equal(["low", "medium", "high"], Enum.GetValues<Confidence>().Select(LineFindings.Name));
    }

    static (LineFinding, Confidence) Name(LineDiagnosis diagnosis) => (diagnosis.Finding, diagnosis.Confidence);
}

/// <summary>Frames of other protocols with pseudo-random content.</summary>
static class Frames
{
    public static byte[] Hdlc(int length)
    {
        var content = Content(length - 2);
        return [0x7E, (byte)(0xA0 | (length >> 8)), (byte)length, .. content, 0x7E];
    }

    public static byte[] Mbus(int length)
    {
        var content = Content(length);
        return [0x68, (byte)length, (byte)length, 0x68, .. content, (byte)content.Sum(static value => value), 0x16];
    }

    static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
