using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class CipherFramerTests
{
    static readonly byte[] First = Some.Telegram("1-0:1.7.0(00.405*kW)", $"0-0:96.13.0({new string('3', 200)})");
    static readonly byte[] Second = Some.Telegram("1-0:1.7.0(01.500*kW)", $"0-0:96.13.0({new string('4', 200)})");

    [Fact]
    public void A_frame_opens_to_its_telegram()
        => Assert.Equal([TextOf(First)], Read(CipherFrameWriter.Write(First)));

    [Fact]
    public void A_frame_with_a_length_of_one_byte_opens_as_well()
    {
        var telegram = Some.Telegram("1-0:1.7.0(00.405*kW)");
        var frame = CipherFrameWriter.Write(telegram);

        Assert.True(frame[10] <= 127);
        Assert.Equal([TextOf(telegram)], Read(frame));
    }

    [Fact]
    public void Frames_follow_each_other_without_anything_between()
        => Assert.Equal([TextOf(First), TextOf(Second)], Read([.. CipherFrameWriter.Write(First, 1), .. CipherFrameWriter.Write(Second, 2)]));

    [Fact]
    public void Plain_and_encrypted_telegrams_may_share_a_line()
    {
        byte[] stream = [.. First, .. CipherFrameWriter.Write(Second), .. Second, .. Second, .. CipherFrameWriter.Write(First), .. First];

        Assert.Equal([TextOf(First), TextOf(Second), TextOf(Second), TextOf(Second), TextOf(First), TextOf(First)], Read(stream));
    }

    [Fact]
    public void Two_telegrams_in_one_frame_are_both_read()
        => Assert.Equal([TextOf(First), TextOf(Second), TextOf(First)], Read([.. CipherFrameWriter.Write([.. First, .. Second]), .. First]));

    [Theory]
    [InlineData(CipherFrameWriter.OtherKey, "")]
    [InlineData(CipherFrameWriter.Key, CipherFrameWriter.OtherKey)]
    public void A_wrong_key_of_either_kind_refuses_each_frame_once(string key, string authenticationKey)
    {
        byte[] stream = [.. CipherFrameWriter.Write(First, 1), .. CipherFrameWriter.Write(Second, 2)];

        Assert.Equal(["auth_failed", "auth_failed"], Read(stream, CipherFrameWriter.Options(key, authenticationKey)));
    }

    [Fact]
    public void Without_tag_check_only_the_decryption_key_counts()
    {
        var frame = CipherFrameWriter.Write(First);

        Assert.Equal([TextOf(First)], Read(frame, CipherFrameWriter.Options(authenticationKey: CipherFrameWriter.OtherKey, checkTag: false)));
        Assert.Equal(["auth_failed"], Read(frame, CipherFrameWriter.Options(CipherFrameWriter.OtherKey, checkTag: false)));
    }

    [Fact]
    public void Without_tag_check_the_checksum_still_counts()
    {
        var frame = CipherFrameWriter.Write(First);
        frame[40] ^= 1;

        Assert.Equal(["crc_mismatch"], Read(frame, CipherFrameWriter.Options(checkTag: false)));
        Assert.Equal(["auth_failed"], Read(frame));
    }

    [Fact]
    public void Without_a_key_each_frame_is_refused_once_and_plain_telegrams_are_read()
    {
        byte[] stream = [.. CipherFrameWriter.Write(First, 1), .. Second, .. CipherFrameWriter.Write(First, 2)];

        Assert.Equal(["key_missing", TextOf(Second), "key_missing"], CipherReading.All(null, stream));
    }

    [Fact]
    public void A_genuine_frame_without_telegram_is_an_error()
    {
        Assert.Equal(["truncated", TextOf(First)], Read([.. CipherFrameWriter.Write("nothing of use"u8), .. First]));
        Assert.Equal(["truncated", TextOf(First)], Read([.. CipherFrameWriter.Write(Second.AsSpan(0, 40)), .. First]));
    }

    [Fact]
    public void A_frame_cut_off_anywhere_costs_only_itself()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        byte[] next = [.. CipherFrameWriter.Write(Second, 2), .. CipherFrameWriter.Write(First, 3)];
        for (var length = 1; length < frame.Length; length++)
        {
            // Fewer bytes than a header are noise; a few missing at the end are made up by the next frame's first, too few to know it by.
            string[] error = length <= 13 ? [] : frame.Length - length >= CipherFrame.StartLength ? ["truncated"] : ["auth_failed"];

            Assert.Equal([.. error, TextOf(Second), TextOf(First)], Read([.. frame.AsSpan(0, length), .. next]));
        }
    }

    [Fact]
    public void A_frame_that_lost_bytes_in_its_middle_costs_only_itself()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        for (var from = 14; from < frame.Length - 1; from++)
        {
            byte[] stream = [.. frame.AsSpan(0, from), .. frame.AsSpan(from + 1), .. CipherFrameWriter.Write(Second, 2)];

            // A single byte is less than it takes to know the next frame by.
            Assert.Equal(["auth_failed", TextOf(Second)], Read(stream));
        }
    }

    [Fact]
    public void A_frame_that_lost_more_in_its_middle_costs_only_itself()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        for (var from = 14; from < frame.Length - 40; from++)
        {
            byte[] stream = [.. frame.AsSpan(0, from), .. frame.AsSpan(from + 30), .. CipherFrameWriter.Write(Second, 2)];

            Assert.Equal(["truncated", TextOf(Second)], Read(stream));
        }
    }

    [Fact]
    public void A_frame_whose_beginning_was_missed_costs_the_next_at_most()
    {
        // What is left of it can look like a telegram's beginning and take the next frame in; the one after that is read in any case.
        var costs = 0;
        var frame = CipherFrameWriter.Write(First, 1);
        var next = CipherFrameWriter.Write(Second, 2);
        for (var missed = 1; missed < frame.Length; missed++)
        {
            var found = Read([.. frame.AsSpan(missed), .. next, .. next]).Count(static result => result == TextOf(Second));

            Assert.InRange(found, 1, 2);
            costs += 2 - found;
        }
        Assert.InRange(costs, 0, frame.Length / 10);
    }

    [Fact]
    public void A_damaged_length_does_not_hold_up_the_next_frame()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        byte[] damaged = [.. frame.AsSpan(0, 10), 0x82, 0x3F, 0xFF, .. frame.AsSpan(13)];
        var framer = new CipherFramer(CipherFrameWriter.Options());
        var found = new List<string>();

        CipherReading.Feed(framer, [.. damaged, .. CipherFrameWriter.Write(Second, 2)], found);

        Assert.Equal(["truncated", TextOf(Second)], found);
    }

    [Fact]
    public void A_plain_telegram_behind_a_damaged_length_does_not_outrun_the_frame_before_it()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        byte[] damaged = [.. frame.AsSpan(0, 10), 0x82, 0x3F, 0xFF, .. frame.AsSpan(13)];

        Assert.Equal(["truncated", TextOf(Second), TextOf(First)], Read([.. damaged, .. CipherFrameWriter.Write(Second, 2), .. First]));
    }

    [Fact]
    public void An_overlong_telegram_costs_the_frame_inside_it_in_any_pieces()
    {
        var frame = CipherFrameWriter.Write(Second);
        byte[] stream = [.. "/ABC"u8, .. Enumerable.Repeat((byte)'x', 5000), .. frame, .. frame];

        Assert.Equal(["too_long", TextOf(Second)], Read(stream).Where(static result => result is "too_long" || result[0] == '/'));
    }

    [Fact]
    public void A_frame_of_another_meter_inside_a_damaged_one_is_found()
    {
        var frame = CipherFrameWriter.Write(First, 1);
        var other = CipherFrameWriter.Write(Second, 2, "OTHER123"u8.ToArray());

        Assert.Equal(["auth_failed", TextOf(Second)], Read([.. frame.AsSpan(0, 60), .. other]));
        Assert.Equal(["truncated", TextOf(Second)], Read([.. frame.AsSpan(0, 10), 0x82, 0x30, 0x00, .. frame.AsSpan(13), .. other]));
    }

    [Fact]
    public void A_plain_telegram_cut_off_by_a_switch_to_encryption_is_an_error_and_the_frame_is_read()
    {
        var counter = FirstCounter(static ciphertext => ciphertext.AsSpan().IndexOfAny((byte)'/', (byte)'!') is var at and >= 0 && ciphertext[at] == '/');

        Assert.Equal(["truncated", TextOf(Second)], Read([.. First.AsSpan(0, 30), .. CipherFrameWriter.Write(Second, counter)]));
    }

    [Fact]
    public void A_cut_off_frame_at_the_end_of_the_stream_is_an_error()
        => Assert.Equal([TextOf(First), "truncated"], Read([.. First, .. CipherFrameWriter.Write(Second).AsSpan(0, 50)]));

    [Fact]
    public void A_cut_off_frame_before_a_plain_telegram_does_not_hold_it_up()
        => Assert.Equal([TextOf(First)], Open(CipherFrameWriter.Write(Second).AsSpan(0, 30), First));

    [Fact]
    public void The_counter_is_known_and_a_repeated_or_lower_one_is_counted_and_no_error()
    {
        var reader = new TelegramReader(Some.Catalogue, decryption: CipherFrameWriter.Options());
        Assert.Null(reader.FrameCounter);
        uint[] counters = [300, 301, 301, 5, 6, uint.MaxValue];

        var outcomes = Some.Outcomes(reader, [.. counters.SelectMany(static counter => CipherFrameWriter.Write(First, counter))]);

        Assert.Equal(counters.Length, outcomes.Count(static outcome => outcome.IsAccepted));
        Assert.Equal(uint.MaxValue, reader.FrameCounter);
        Assert.Equal(2, reader.FrameCounterSetbacks);
    }

    [Fact]
    public void A_frame_that_is_not_genuine_does_not_move_the_counter()
    {
        var framer = new CipherFramer(CipherFrameWriter.Options());
        var forged = CipherFrameWriter.Write(Second, 900);
        forged[^1] ^= 1;

        Assert.Equal([TextOf(First), "auth_failed"], CipherReading.AllOf(framer, (byte[])[.. CipherFrameWriter.Write(First, 7), .. forged]));
        Assert.Equal(7u, framer.FrameCounter);
    }

    [Fact]
    public void Only_bytes_outside_frames_count_as_skipped()
    {
        var framer = new CipherFramer(CipherFrameWriter.Options());

        CipherReading.AllOf(framer, (byte[])[1, 2, 3, .. CipherFrameWriter.Write(First, 1), 4, .. CipherFrameWriter.Write(Second, 2)]);

        // The line end behind each telegram belongs to none, as on a plain line.
        Assert.Equal(3 + 1 + 2 * 2, framer.SkippedBytes);
    }

    [Fact]
    public void Forgetting_drops_a_frame_under_way()
    {
        var framer = new CipherFramer(CipherFrameWriter.Options());
        var found = new List<string>();
        CipherReading.Feed(framer, CipherFrameWriter.Write(First).AsSpan(0, 60), found);
        Assert.True(framer.IsInside);

        framer.Reset();
        Assert.False(framer.IsInside);
        CipherReading.Feed(framer, CipherFrameWriter.Write(Second), found);

        Assert.Equal([TextOf(Second)], found);
    }

    [Theory]
    [InlineData(15, 16)]
    [InlineData(16, 0)]
    [InlineData(16, 17)]
    public void Keys_of_another_length_are_refused_without_being_shown(int length, int authenticationLength)
    {
        var options = new DecryptionOptions { Key = Filled(length), AuthenticationKey = Filled(authenticationLength) };
        if (length == 16 && authenticationLength == 0)
        {
            Assert.NotNull(new CipherFramer(options));
            return;
        }

        var refusal = Assert.Throws<ArgumentException>(() => new CipherFramer(options));
        Assert.DoesNotContain("ABAB", refusal.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("171", options.ToString(), StringComparison.Ordinal);
    }

    static byte[] Filled(int length) => [.. Enumerable.Repeat((byte)0xAB, length)];

    static uint FirstCounter(Func<byte[], bool> isWanted)
    {
        uint counter = 0;
        while (!isWanted(CipherFrameWriter.Write(Second, counter)))
            counter++;
        return counter;
    }

    /// <summary>What has been found before the stream ends.</summary>
    static List<string> Open(ReadOnlySpan<byte> before, ReadOnlySpan<byte> stream)
    {
        var framer = new CipherFramer(CipherFrameWriter.Options());
        var found = new List<string>();
        CipherReading.Feed(framer, before, found);
        CipherReading.Feed(framer, stream, found);
        return found;
    }

    /// <summary>What a stream yields, which must be the same in any pieces.</summary>
    static List<string> Read(ReadOnlySpan<byte> stream, DecryptionOptions? options = null)
    {
        options ??= CipherFrameWriter.Options();
        var whole = CipherReading.All(options, stream);
        Assert.Equal(whole, CipherReading.All(options, stream, 1));
        Assert.Equal(whole, CipherReading.All(options, stream, 7));
        return whole;
    }

    static string TextOf(byte[] telegram) => Some.Latin(telegram.AsSpan(0, telegram.AsSpan().IndexOf((byte)'!') + 1));
}
