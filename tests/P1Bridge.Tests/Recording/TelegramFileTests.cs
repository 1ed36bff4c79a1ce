using P1Bridge.Recording;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Recording;

public class TelegramFileTests
{
    public static TheoryData<string> Streams => Corpus.Rows(Corpus.Streams);

    [Theory, MemberData(nameof(Streams))]
    public async Task A_bare_file_comes_out_byte_for_byte(string name)
    {
        var chunks = await ReadAsync(Corpus.Bytes(name));

        Assert.Equal(Corpus.Bytes(name), chunks.SelectMany(static chunk => chunk.Bytes.ToArray()));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task Each_telegram_of_a_bare_file_gets_a_second_and_keeps_its_line_end(string lineEnd)
    {
        var telegram = Some.Latin(Some.Telegram("1-0:1.7.0(00.500*kW)")).TrimEnd() + lineEnd;

        var chunks = await ReadAsync(Some.Latin("noise" + telegram + telegram + "more" + telegram));

        Assert.Equal(["noise" + telegram, telegram, "more" + telegram], chunks.GroupBy(static chunk => chunk.Offset).Select(Text));
        Assert.Equal([0d, 1, 2], chunks.Select(static chunk => chunk.Offset.TotalSeconds).Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task How_the_file_is_read_makes_no_difference(int piece)
    {
        byte[] stream = [.. Corpus.Bytes("fluvius-1p.txt"), .. Corpus.Bytes("fluvius-3p.txt")];

        var chunks = await ReadAsync(stream, piece);

        Assert.Equal([Some.Latin(Corpus.Bytes("fluvius-1p.txt")), Some.Latin(Corpus.Bytes("fluvius-3p.txt"))], chunks.GroupBy(static chunk => chunk.Offset).Select(Text));
    }

    [Fact]
    public async Task What_it_is_shows_in_its_first_bytes()
    {
        Assert.NotNull((await OpenAsync(Some.Latin("p1bridge-recording 1 2025-11-05T17:53:48.123+01:00 x\n"))).Header);
        Assert.Null((await OpenAsync(Some.Latin("p1bridge-recordings are nice\n"))).Header);
        Assert.Null((await OpenAsync([])).Header);
    }

    [Fact]
    public void Files_that_cannot_be_opened_are_named()
    {
        Assert.Equal("/nowhere/x.p1rec is not there; check the name.", Assert.ThrowsAny<IOException>(() => TelegramFile.Open("/nowhere/x.p1rec")).Message);
        Assert.Contains("is a directory", Assert.ThrowsAny<IOException>(() => TelegramFile.Open(Repository.Root)).Message, StringComparison.Ordinal);
    }

    static string Text(IEnumerable<RecordedChunk> chunks) => string.Concat(chunks.Select(static chunk => Some.Latin(chunk.Bytes.Span)));

    static async Task<TelegramFile> OpenAsync(byte[] bytes, int piece = int.MaxValue)
        => await TelegramFile.ReadAsync(new SlowStream(bytes, piece), "x", CancellationToken.None);

    static async Task<List<RecordedChunk>> ReadAsync(byte[] bytes, int piece = int.MaxValue)
    {
        var chunks = new List<RecordedChunk>();
        await foreach (var chunk in (await OpenAsync(bytes, piece)).ChunksAsync()) chunks.Add(chunk);
        return chunks;
    }

    /// <summary>Gives at most so many bytes at a time.</summary>
    sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
