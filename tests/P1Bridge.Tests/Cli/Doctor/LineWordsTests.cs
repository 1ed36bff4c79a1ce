using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Tests.Diagnosis;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli.Doctor;

public class LineWordsTests
{
    static readonly MeterOptions Serial = new() { Source = new SerialSourceOptions("/dev/ttyUSB0") };
    static readonly MeterOptions Tcp = new() { Source = new TcpSourceOptions("gateway", 2000) };
    static readonly MeterOptions Recording = new() { Source = new FileSourceOptions("line.bin") };

    public static TheoryData<LineFinding> Findings => [.. Enum.GetValues<LineFinding>()];

    [Theory, MemberData(nameof(Findings))]
    public void Every_finding_has_words_for_every_kind_of_source_and_says_what_to_do(LineFinding finding)
    {
        foreach (var meter in (MeterOptions[])[Serial, Tcp, Recording])
        {
            var result = Describe(meter, new LineDiagnosis(finding, Confidence.High, [new("bytes", 5), new("telegrams", 1), new("damaged_telegrams", 1)]));
            Assert.Equal(LineFindings.Name(finding), result.Finding);
            Assert.EndsWith(".", result.Text, StringComparison.Ordinal);
            Assert.Equal(finding == LineFinding.Ok, result.Advice.Count == 0);
            Assert.Equal(finding != LineFinding.Ok, result.IsFault);
            Assert.DoesNotContain("/work", string.Join(' ', result.Advice), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_meter_that_speaks_otherwise_than_configured_is_a_wrong_speed_or_a_wrong_parity()
    {
        var good = Line.Diagnose(Corpus.Bytes("dsmr22-nl-gas.txt"), new LineProfile(9600, true), 4);
        var fixedSpeed = Describe(Serial with { BaudRate = 115_200 }, good, new LineProfile(9600, true), new LineProfile(115_200, false));
        Assert.Equal(("wrong_baud", CheckStatus.Problem), (fixedSpeed.Finding, fixedSpeed.Status));
        Assert.Equal("The meter speaks 9600 7E1, but the configuration says 115200 8N1.", fixedSpeed.Text);
        Assert.Contains("Remove baud_rate and format", fixedSpeed.Advice[0], StringComparison.Ordinal);
        Assert.Contains("baud_rate: 9600 and format: 7E1", fixedSpeed.Advice[1], StringComparison.Ordinal);
        var fixedFormat = Describe(Serial with { BaudRate = 9600, Format = SerialFormat.EightDataBitsNoParity }, good, new LineProfile(9600, true), new LineProfile(9600, false));
        Assert.Equal("wrong_parity", fixedFormat.Finding);
        var open = Describe(Serial, good, new LineProfile(9600, true), new LineProfile(115_200, false));
        Assert.Equal(("ok", CheckStatus.Ok), (open.Finding, open.Status));
        Assert.Equal("A good telegram in 4 s at 9600 7E1 (found by listening), none damaged.", open.Text);
    }

    [Theory]
    [InlineData(99, 1, CheckStatusOf.Warning, "1 of 100 telegrams arrive damaged (1 %).")]
    [InlineData(3, 1, CheckStatusOf.Problem, "1 of 4 telegrams arrive damaged (25 %).")]
    [InlineData(0, 4, CheckStatusOf.Problem, "Telegrams arrive, but every one of them is damaged.")]
    public void The_share_of_damaged_telegrams_decides_how_bad_it_is(long good, long damaged, CheckStatusOf status, string text)
    {
        var result = Describe(Serial, LineDiagnosis.Of(new LineSample(Corpus.Bytes("bad/bad-crc.txt"), TimeSpan.FromSeconds(30), new LineCounts(good, damaged, 0))));
        Assert.Equal((status.ToString(), text), (result.Status.ToString(), result.Text));
    }

    [Fact]
    public void Silence_names_the_other_ports_the_socket_and_the_activation()
    {
        var result = Describe(Serial with { RequestLines = false }, Line.Diagnose([], Line.Usual, 36));
        Assert.Equal("Nothing at all comes from /dev/ttyUSB0.", result.Text);
        Assert.Contains("Fluvius", result.Advice[0], StringComparison.Ordinal);
        Assert.Contains(result.Advice, static step => step.Contains("S1", StringComparison.Ordinal));
        Assert.Contains(result.Advice, static step => step.Contains("request_lines is false", StringComparison.Ordinal));
        Assert.Contains(result.Advice, static step => step.StartsWith("Is it the right port?", StringComparison.Ordinal));
        Assert.Equal("tcp://gateway:2000 takes the connection, but sends nothing.", Describe(Tcp, Line.Diagnose([], null, 12)).Text);
    }

    static CheckResult Describe(MeterOptions meter, LineDiagnosis diagnosis, LineProfile? heard = null, params LineProfile[] before)
    {
        var sample = new LineSample(Array.Empty<byte>(), TimeSpan.FromSeconds(12), default, heard);
        return LineWords.Describe(new LineReport(meter, new Heard(sample, diagnosis, null, false), heard, [.. before.Select(static profile => (LineProfile?)profile), heard]));
    }
}

/// <summary>The statuses by name, because test data is public.</summary>
public enum CheckStatusOf { Warning, Problem }
