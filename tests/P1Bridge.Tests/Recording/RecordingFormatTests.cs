using System.IO.Pipelines;
using System.Text;
using FsCheck.Fluent;
using P1Bridge.Recording;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Recording;

public class RecordingFormatTests
{
    const string Start = "p1bridge-recording 1 2025-11-05T17:53:48.123+01:00 /dev/ttyUSB0\n";

    static readonly RecordingHeader Header = new(new DateTimeOffset(2025, 11, 5, 17, 53, 48, 123, TimeSpan.FromHours(1)), "/dev/ttyUSB0");

    [Fact]
    public void A_telegram_stays_readable()
    {
        var text = Write(
            Chunk(15, @"/FLU5\253769484_A" + "\r\n\r\n0-0:96.1.4(50217)\r\n"),
            Chunk(17, "1-0:1.7.0(00.500*kW)\r\n!C4B0\r\n"),
            Chunk(1015, "\u00ff\0\t ~"));

        Assert.Equal(Start + """
            15 /FLU5\\253769484_A\r\n
            + \r\n
            + 0-0:96.1.4(50217)\r\n
            17 1-0:1.7.0(00.500*kW)\r\n
            + !C4B0\r\n
            1015 \xFF\x00\t ~

            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Any_bytes_at_any_times_come_back()
    {
        var bytes = Gen.Choose(0, 255).Select(static value => (byte)value).NonEmptyListOf().Select(static list => list.ToArray());
        // Noise hardly ever makes line ends, escapes or blanks; these do.
        var lines = Gen.Elements("\r\n", "\n", "\\", "\\x4", "+ ", "# ", " ", "12 ", "/FLU5\\2").NonEmptyListOf().Select(static parts => Some.Latin(string.Concat(parts)));
        var chunks = Gen.Choose(0, 100_000).Zip(Gen.OneOf(bytes, lines)).ArrayOf().ToArbitrary();
        Prop.ForAll(chunks, recorded =>
        {
            var at = 0L;
            var expected = recorded.Select(chunk => new RecordedChunk(TimeSpan.FromMilliseconds(at += chunk.Item1), chunk.Item2)).ToArray();
            var text = Write(expected);
            var (header, found) = Read(text);
            return header == Header && Describe(found) == Describe(expected)
                && text.All(static character => character is '\n' or (>= ' ' and <= '~')) && !text.Contains(" \n", StringComparison.Ordinal);
        }).Holds(500);
    }

    [Theory]
    [InlineData("/dev/ttyUSB0")]
    [InlineData("")]
    [InlineData("tcp://[::1]:2000")]
    [InlineData("file:/home/me/réseau \\ 1\n")]
    public void The_source_comes_back_whatever_it_is_called(string source)
    {
        using var stream = new MemoryStream();
        _ = new RecordingWriter(stream, Header with { Source = source });

        Assert.Equal(source, Read(Encoding.Latin1.GetString(stream.ToArray())).Header.Source);
    }

    [Fact]
    public void Comments_empty_lines_and_the_line_ends_and_marks_of_other_systems_are_taken()
    {
        var text = "\u00ef\u00bb\u00bf" + Start + "# the first telegram\n\n5 a\\r\n# goes on\n+ \\nb\n\n5 c";

        var (header, chunks) = Read(text.ReplaceLineEndings("\r\n"));

        Assert.Equal(Header, header);
        Assert.Equal("5:a\r\nb|5:c", Describe(chunks));
    }

    [Theory]
    [InlineData("", "x.p1rec:0:1: no recording: the first line must begin with 'p1bridge-recording'")]
    [InlineData("p1bridge-recording 2 x\n", "x.p1rec:1:20: this program reads version 1 of the format; a newer p1bridge may read this one")]
    [InlineData("p1bridge-recording 1 yesterday /dev\n", "x.p1rec:1:22: expected the time of the start, such as 2025-11-05T17:53:48.123+01:00")]
    [InlineData(Start + "5 a\nb\n", "x.p1rec:3:1: expected milliseconds since the start, '+' or '#'")]
    [InlineData(Start + "+ a\n", "x.p1rec:2:1: a line that begins with + continues a chunk, but there is none before it")]
    [InlineData(Start + "5 a\n4 b\n", "x.p1rec:3:1: time runs backwards: 4 after 5")]
    [InlineData(Start + "5\n", "x.p1rec:2:2: expected a blank and then the bytes")]
    [InlineData(Start + "5 \n", "x.p1rec:2:2: expected a blank and then the bytes")]
    [InlineData(Start + "5 a\n+b\n", "x.p1rec:3:2: expected a blank and then the bytes")]
    [InlineData(Start + "5 abc\\q\n", @"x.p1rec:2:6: expected \\, \r, \n, \t or \x with two hexadecimal digits")]
    [InlineData(Start + "5 abc\\x4", @"x.p1rec:2:6: expected \\, \r, \n, \t or \x with two hexadecimal digits")]
    [InlineData(Start + "5 a\n+ ab\u00e9\n", @"x.p1rec:3:5: a byte that is not printable; write \xE9 for it")]
    [InlineData(Start + "123456789012345 a\n", "x.p1rec:2:1: expected milliseconds since the start, '+' or '#'")]
    public void What_is_wrong_is_named_by_file_line_and_column(string text, string message)
        => Assert.Equal(message, Assert.Throws<RecordingException>(() => Read(text)).Message);

    [Fact]
    public async Task What_stands_before_a_fault_is_handed_out_first()
    {
        var reader = new RecordingReader(PipeReader.Create(new MemoryStream(Some.Latin(Start + "1 a\n2 b\n3 c\\q\n"))), "x.p1rec");
        await reader.ReadHeaderAsync(default);

        Assert.Equal("a", await TextAsync(reader));
        Assert.Equal("b", await TextAsync(reader));
        await Assert.ThrowsAsync<RecordingException>(() => TextAsync(reader));
    }

    [Fact]
    public void Endless_lines_and_chunks_are_refused()
    {
        var line = Start + "1 " + new string('a', RecordingFormat.MaximumLine + 1);
        Assert.Contains(":2:1: a line of more than 65536 bytes", Assert.Throws<RecordingException>(() => Read(line)).Message, StringComparison.Ordinal);
        var chunk = Start + "1 a\n" + string.Concat(Enumerable.Repeat("+ " + new string('a', 60_000) + "\n", 20));
        Assert.Contains("a chunk of more than 1048576 bytes", Assert.Throws<RecordingException>(() => Read(chunk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_documentation_can_be_read()
    {
        var document = File.ReadAllText(Repository.PathOf("docs", "recording.md"));
        var from = document.IndexOf("p1bridge-recording 1 ", StringComparison.Ordinal);

        var (header, chunks) = Read(document[from..document.IndexOf("```", from, StringComparison.Ordinal)]);

        Assert.Equal("/dev/ttyUSB0", header.Source);
        byte[] bytes = [.. chunks.SelectMany(static chunk => chunk.Bytes.ToArray())];
        var frames = FoundFrame.All(new Core.Telegrams.TelegramFramer(), bytes, complete: false);
        Assert.Equal((Core.Telegrams.RejectReason.None, true), (Assert.Single(frames).Reason, frames[0].HasChecksum));
        Assert.Contains("0-0:96.1.1(3153414739393939303030313033)\r\n", frames[0].Text, StringComparison.Ordinal);
    }

    static async Task<string> TextAsync(RecordingReader reader) => Some.Latin((await reader.ReadAsync(default))!.Value.Bytes.Span);

    static RecordedChunk Chunk(int offset, string text) => new(TimeSpan.FromMilliseconds(offset), Some.Latin(text));

    static string Write(params RecordedChunk[] chunks)
    {
        using var stream = new MemoryStream();
        var writer = new RecordingWriter(stream, Header);
        foreach (var chunk in chunks) writer.Write(chunk);
        return Encoding.Latin1.GetString(stream.ToArray());
    }

    static (RecordingHeader Header, List<RecordedChunk> Chunks) Read(string text)
    {
        var reader = new RecordingReader(PipeReader.Create(new MemoryStream(Some.Latin(text))), "x.p1rec");
        var header = reader.ReadHeaderAsync(default).AsTask().GetAwaiter().GetResult();
        var chunks = new List<RecordedChunk>();
        while (reader.ReadAsync(default).AsTask().GetAwaiter().GetResult() is { } chunk) chunks.Add(chunk);
        return (header, chunks);
    }

    static string Describe(IEnumerable<RecordedChunk> chunks)
        => string.Join('|', chunks.Select(static chunk => $"{(long)chunk.Offset.TotalMilliseconds}:{Some.Latin(chunk.Bytes.Span)}"));
}
