using System.Text;
using P1Bridge.Anonymising;
using P1Bridge.Recording;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Anonymising;

public class FileAnonymiserTests
{
    static readonly RecordingHeader Header = new(Some.Now, "/dev/serial/by-id/usb-FTDI_A12345");

    [Fact]
    public async Task A_recording_keeps_its_times_and_loses_comments_and_the_name_of_its_source()
    {
        var telegram = Some.Telegram($"0-0:96.1.1({Some.Hex("1SAG9999000103")})", "1-0:1.7.0(00.500*kW)");
        var text = Recording((10, telegram[..30]), (12, telegram[30..]), (1010, telegram)) + "# at the Janssens'\n";

        var (output, summary) = await AnonymiseAsync(Some.Latin(text));

        Assert.StartsWith("p1bridge-recording 1 2025-02-12T19:22:32.000+01:00 anonymised\n10 ", output, StringComparison.Ordinal);
        Assert.Equal(["10", "12", "1010"], output.Split('\n').Where(static line => char.IsAsciiDigit(line.FirstOrDefault())).Select(static line => line.Split(' ')[0]));
        Assert.DoesNotContain("Janssens", output, StringComparison.Ordinal);
        Assert.DoesNotContain("9999000103", output, StringComparison.Ordinal);
        Assert.Equal((2, 1, 2), (summary.Telegrams, summary.Values, summary.Places));
    }

    [Fact]
    public async Task A_recording_without_identifiers_stays_as_it_is()
    {
        var telegram = Some.Telegram("1-0:1.7.0(00.500*kW)", "1-0:2.7.0(00.000*kW)");
        var text = Recording((10, telegram[..7]), (10, telegram[7..40]), (11, telegram[40..]), (1010, telegram));

        var (output, _) = await AnonymiseAsync(Some.Latin(text));

        Assert.Equal(text.Replace(Header.Source, "anonymised", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task A_bare_file_stays_one()
    {
        var bytes = Corpus.Bytes("fluvius-1p.txt");

        var (output, summary) = await AnonymiseAsync(bytes);

        Assert.Equal(1, summary.Telegrams);
        Assert.Equal(bytes.Length, output.Length);
        Assert.Equal(Some.Latin(bytes).Split('\n').Length, output.Split('\n').Length);
    }

    static string Recording(params ReadOnlySpan<(int Offset, byte[] Bytes)> chunks)
    {
        using var stream = new MemoryStream();
        var writer = new RecordingWriter(stream, Header);
        foreach (var (offset, bytes) in chunks) writer.Write(new RecordedChunk(TimeSpan.FromMilliseconds(offset), bytes));
        return Encoding.Latin1.GetString(stream.ToArray());
    }

    static async Task<(string Output, AnonymisingSummary Summary)> AnonymiseAsync(byte[] input)
    {
        using var output = new MemoryStream();
        var summary = await FileAnonymiser.RunAsync(new MemoryStream(input), "x", output, Some.Catalogue, new IdentityCipher("a test"), CancellationToken.None);
        return (Encoding.Latin1.GetString(output.ToArray()), summary);
    }
}
