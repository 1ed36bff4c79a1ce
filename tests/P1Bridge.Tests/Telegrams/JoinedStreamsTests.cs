using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Cli.Decoding;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

/// <summary>
/// Files behind each other on one line, with noise between, give what each of them gives alone: nothing that is wrong with one costs the next,
/// and nothing is kept from one to the other.
/// </summary>
/// <remarks>
/// Noise may merge into a telegram that has begun and not ended, as the one that a file stops in: it stays truncated. It may not end it, begin
/// another one or a cipher frame, nor grow longer than a line may be; where a telegram is open it therefore holds neither '!' nor '/', and the mark
/// of a frame nowhere. Behind a file that ends in order all other bytes are allowed,
/// end signs and start signs without letters too: they belong to no telegram. A file that begins in the middle of a telegram, or with something that
/// is none, is such noise as well: only a silence divides it from a telegram that is open.
/// </remarks>
public class JoinedStreamsTests
{
    const byte FrameMark = 0xDB;

    /// <summary>The only file that leaves a telegram open.</summary>
    const string StopsWithin = "bad/truncated.txt";

    static readonly (string Name, byte[] Bytes, string[] Alone)[] Streams =
        [.. Corpus.Streams.Select(static name => (name, Corpus.Bytes(name), Alone(Corpus.Bytes(name))))];

    static readonly Gen<byte[]> Quiet = Gen.Choose(0, 255).Select(static value => (byte)value)
        .Where(static value => value is not ((byte)'/' or (byte)'!' or FrameMark)).ArrayOf();

    static readonly Gen<byte[]> Signs = Gen.Elements<byte[]>(
        [.. "!3CDB\r\n"u8], [.. "!\r\n"u8], [.. "//\r\n"u8], [.. "/A\x01/!/"u8, 0], [.. "/FL\r\n"u8], [0xFF], [0, 0], [.. "1-0:1.7.0(00.500*kW)\r\n"u8]);

    static readonly Gen<(byte[] Quiet, byte[] Signs, bool IsSilence)> Between =
        from quiet in Quiet
        from signs in Signs
        from silence in Gen.Choose(0, 3)
        select (quiet, signs, silence == 0);

    static readonly Gen<Func<int, int>> Cuts = Gen.OneOf(
        Gen.Elements(1, 7, 512, int.MaxValue).Select(static size => (Func<int, int>)(_ => size)),
        Gen.Choose(int.MinValue, int.MaxValue).Select(static seed => RandomCuts(seed)));

    [Fact]
    public void Every_file_is_among_those_joined() => Assert.Equal(43, Streams.Length);

    [Fact]
    public void Any_files_in_any_order_with_noise_between_and_in_any_pieces_give_what_each_gives_alone()
    {
        var plan = Gen.Choose(0, Streams.Length - 1).Zip(Between).NonEmptyListOf();
        Prop.ForAll(plan.ToArbitrary(), Cuts.ToArbitrary(), static (pieces, cut) =>
            AssertJoined([.. pieces.Select(static piece => (Streams[piece.Item1], piece.Item2))], cut)).Holds(150);
    }

    [Fact]
    public void All_files_in_any_order_with_noise_between_and_in_any_pieces_give_what_each_gives_alone()
    {
        var order = Gen.Shuffle(Streams).Zip(Between.ArrayOf(Streams.Length));
        Prop.ForAll(order.ToArbitrary(), Cuts.ToArbitrary(), static (plan, cut) => AssertJoined([.. plan.Item1.Zip(plan.Item2)], cut)).Holds(40);
    }

    [Fact]
    public void Noise_merges_into_a_telegram_that_was_cut_off_and_does_not_save_it()
    {
        var cutOff = Corpus.Bytes(StopsWithin);
        var good = Some.Telegram("1-0:1.7.0(00.500*kW)");

        var frames = FoundFrame.All(new TelegramFramer(), [.. cutOff, .. "noise"u8, .. good]);

        Assert.Equal([RejectReason.Truncated, RejectReason.None], frames.Select(static frame => frame.Reason));
        Assert.EndsWith("noise", frames[0].Text, StringComparison.Ordinal);
    }

    static void AssertJoined(((string Name, byte[] Bytes, string[] Alone) Stream, (byte[] Quiet, byte[] Signs, bool IsSilence) Noise)[] plan, Func<int, int> cut)
    {
        var decoder = new TelegramDecoder(Some.Catalogue, CipherFrameWriter.Options());
        var results = new List<DecodedResult>();
        var pending = new List<byte>();
        for (var i = 0; i < plan.Length; i++)
        {
            var ((name, bytes, _), (quiet, signs, isSilence)) = plan[i];
            var isOpen = name == StopsWithin;
            pending.AddRange(bytes);
            pending.AddRange(quiet);
            if (!isOpen) pending.AddRange(signs);
            if (isSilence || (isOpen && i + 1 < plan.Length && plan[i + 1].Stream.Bytes[0] != '/')) Feed();
        }
        Feed();
        var names = string.Join(", ", plan.Select(static piece => piece.Stream.Name));
        Assert.True(ResultsOf(results).SequenceEqual(plan.SelectMany(static piece => piece.Stream.Alone)), names);

        // A silence on the line: what has begun ends there.
        void Feed()
        {
            results.AddRange(StreamDecoding.Append(decoder, pending.ToArray(), cut));
            results.AddRange(decoder.Complete());
            pending.Clear();
        }
    }

    static string[] Alone(byte[] stream)
    {
        var decoder = new TelegramDecoder(Some.Catalogue, CipherFrameWriter.Options());
        return ResultsOf([.. decoder.Append(stream), .. decoder.Complete()]);
    }

    static string[] ResultsOf(IEnumerable<DecodedResult> results) => [.. results.Select(static result => StreamDecoding.Json([result]))];

    static Func<int, int> RandomCuts(int seed)
    {
        var random = new Random(seed);
        return _ => random.Next(1, 700);
    }
}
