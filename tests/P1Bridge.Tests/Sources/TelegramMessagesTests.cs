using System.Text;
using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class TelegramMessagesTests
{
    static readonly byte[] Telegram = Corpus.Bytes("fluvius-3p-gas-water-peaks.txt");

    public static TheoryData<string> Good => Corpus.Rows(Corpus.Good);

    [Theory, MemberData(nameof(Good))]
    public void A_telegram_in_one_message_is_whole(string name) => AssertRead(name, [Corpus.Bytes(name), Corpus.Bytes(name)]);

    [Theory, MemberData(nameof(Good))]
    public void A_line_a_message_without_line_ends_makes_the_telegram(string name) => AssertRead(name, Lines(name));

    [Theory, MemberData(nameof(Good))]
    public void The_empty_line_may_be_left_out_as_mosquitto_pub_does(string name) => AssertRead(name, Lines(name).Where(static line => line.Length > 0));

    [Theory, MemberData(nameof(Good))]
    public void A_line_a_message_with_its_line_end_makes_the_telegram(string name) => AssertRead(name, Lines(name).Select(static line => (byte[])[.. line, .. "\r\n"u8]));

    [Theory, MemberData(nameof(Good))]
    public void Line_ends_that_lost_their_carriage_return_get_it_back(string name)
        => AssertRead(name, [Encoding.Latin1.GetBytes(Text(name).Replace("\r", "", StringComparison.Ordinal)), Corpus.Bytes(name)]);

    [Fact]
    public void Pieces_of_any_sizes_are_handed_on_as_they_are()
        => Prop.ForAll<PositiveInt[]>(static sizes =>
        {
            var (messages, stream) = (new TelegramMessages(), new List<byte>());
            ReadOnlySpan<byte> rest = Telegram;
            for (var i = 0; !rest.IsEmpty; i++)
            {
                var size = Math.Min(sizes.Length == 0 ? 100 : sizes[i % sizes.Length].Get, rest.Length);
                stream.AddRange(messages.Take(rest[..size]));
                rest = rest[size..];
            }
            return stream.SequenceEqual(Telegram);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cut_at_every_place_changes_nothing()
    {
        for (var cut = 1; cut < Telegram.Length; cut++)
        {
            var messages = new TelegramMessages();
            byte[] stream = [.. messages.Take(Telegram.AsSpan(0, cut)), .. messages.Take(Telegram.AsSpan(cut))];
            Assert.True(stream.SequenceEqual(Telegram), $"cut at {cut}");
        }
    }

    [Fact]
    public void Encrypted_frames_are_handed_on_as_they_are()
    {
        var frame = Corpus.Bytes("smarty-lu-encrypted.bin");
        var messages = new TelegramMessages();

        Assert.Equal(frame, (byte[])[.. messages.Take(frame.AsSpan(0, 300)), .. messages.Take(frame.AsSpan(300))]);
    }

    [Fact]
    public void Noise_of_any_kind_breaks_nothing_and_the_next_telegram_is_read()
        => Prop.ForAll<byte[][]>(static noise =>
        {
            var (messages, framer, found) = (new TelegramMessages(), new TelegramFramer(), 0);
            foreach (var message in noise.Append(Telegram).Append(Telegram))
            {
                ReadOnlySpan<byte> bytes = messages.Take(message);
                while (framer.TryRead(ref bytes, out var frame))
                    found += frame.Reason == RejectReason.None && frame.HasChecksum ? 1 : 0;
            }
            return found >= 1;
        }).QuickCheckThrowOnFailure();

    static void AssertRead(string name, IEnumerable<byte[]> messages)
    {
        var form = new TelegramMessages();
        var found = FoundFrame.All(new TelegramFramer(), messages.SelectMany(message => form.Take(message)).ToArray());
        var expected = FoundFrame.All(new TelegramFramer(), Corpus.Bytes(name));
        Assert.All(found, frame => Assert.Equal(RejectReason.None, frame.Reason));
        Assert.Equal(expected[0].Text, found[0].Text);
    }

    static IEnumerable<byte[]> Lines(string name) => Text(name).TrimEnd().Split("\r\n").Select(Encoding.Latin1.GetBytes);

    static string Text(string name) => Encoding.Latin1.GetString(Corpus.Bytes(name));
}
