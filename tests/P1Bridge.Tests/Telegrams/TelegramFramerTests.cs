using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class TelegramFramerTests
{
    static readonly byte[] One = Some.Telegram("0-0:96.1.4(50217)", "1-0:1.7.0(00.500*kW)");
    static readonly byte[] Two = Some.Telegram("0-0:96.1.4(50217)", "1-0:1.7.0(01.250*kW)");

    /// <summary>Up to and including the last digit of the checksum.</summary>
    static int DigitsEnd => One.Length - 2;

    [Fact]
    public void Every_prefix_yields_nothing_and_loses_nothing()
    {
        for (var cut = 0; cut < DigitsEnd; cut++)
        {
            var framer = new TelegramFramer();
            Assert.Empty(FoundFrame.All(framer, One.AsSpan(0, cut), complete: false));
            var rest = Assert.Single(FoundFrame.All(framer, One.AsSpan(cut), complete: false));
            Assert.Equal((RejectReason.None, BodyOf(One)), (rest.Reason, rest.Text));
        }
    }

    [Fact]
    public void The_telegram_is_there_with_the_last_digit_of_its_checksum()
    {
        var framer = new TelegramFramer();

        Assert.Empty(FoundFrame.All(framer, One.AsSpan(0, DigitsEnd - 1), complete: false));
        var frame = Assert.Single(FoundFrame.All(framer, One.AsSpan(DigitsEnd - 1, 1), complete: false));

        Assert.True(frame.HasChecksum);
        Assert.Equal(Crc16.Compute(Some.Latin(BodyOf(One))), frame.Checksum);
        Assert.False(framer.IsInside);
    }

    [Fact]
    public void The_input_that_follows_a_telegram_is_left_for_the_next_call()
    {
        var framer = new TelegramFramer();
        ReadOnlySpan<byte> input = [.. One, .. Two];

        Assert.True(framer.TryRead(ref input, out _));

        Assert.Equal(Two.Length + 2, input.Length);
        Assert.True(framer.TryRead(ref input, out var second));
        Assert.Equal(BodyOf(Two), Some.Latin(second.Bytes));
    }

    [Theory]
    [InlineData("(no CRC)")]
    [InlineData("!12GZ")]
    [InlineData("! 3CDB")]
    [InlineData("!-123")]
    public void What_is_no_checksum_is_malformed_or_missing(string end)
    {
        var text = BodyOf(One)[..^1] + end + "\r\n";

        var frame = FoundFrame.All(new TelegramFramer(), Some.Latin(text))[0];

        Assert.Equal(end[0] == '!' ? RejectReason.CrcMalformed : RejectReason.Truncated, frame.Reason);
    }

    [Fact]
    public void A_wrong_checksum_is_refused_with_what_it_should_be()
    {
        var bad = (byte[])One.Clone();
        bad[^5] ^= 1;

        var frame = Assert.Single(FoundFrame.All(new TelegramFramer(), bad));

        Assert.Equal((RejectReason.CrcMismatch, Crc16.Compute(Some.Latin(BodyOf(One)))), (frame.Reason, frame.Checksum));
        Assert.False(frame.LineEndsChanged);
    }

    [Fact]
    public void Any_changed_byte_between_the_signs_is_noticed()
    {
        for (var at = 5; at < One.Length - 7; at++)
        {
            var bad = (byte[])One.Clone();
            bad[at] ^= 0x04;
            Assert.DoesNotContain(FoundFrame.All(new TelegramFramer(), bad), static frame => frame.Reason == RejectReason.None);
        }
    }

    [Fact]
    public void Lower_case_digits_are_accepted()
    {
        var text = BodyOf(One) + Some.Latin(One)[^6..].ToLowerInvariant();

        Assert.Equal(RejectReason.None, Assert.Single(FoundFrame.All(new TelegramFramer(), Some.Latin(text))).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Leading_zeros_of_the_checksum_may_be_left_out(int digits)
    {
        var (body, checksum) = WithChecksumOf(digits);

        var frame = Assert.Single(FoundFrame.All(new TelegramFramer(), Some.Latin($"{body}{checksum:X}\r\n")));

        Assert.Equal((RejectReason.None, true, checksum), (frame.Reason, frame.HasChecksum, frame.Checksum));
    }

    [Fact]
    public void Line_ends_that_lost_their_CR_are_named_as_the_cause()
    {
        var text = Some.Latin(One).Replace("\r", "", StringComparison.Ordinal);

        var frame = Assert.Single(FoundFrame.All(new TelegramFramer(), Some.Latin(text)));

        Assert.Equal((RejectReason.CrcMismatch, true), (frame.Reason, frame.LineEndsChanged));
    }

    [Fact]
    public void Line_ends_are_not_the_cause_when_a_byte_is_wrong_too()
    {
        var text = Some.Latin(One).Replace("\r", "", StringComparison.Ordinal).Replace("00.500", "00.501", StringComparison.Ordinal);

        Assert.False(Assert.Single(FoundFrame.All(new TelegramFramer(), Some.Latin(text))).LineEndsChanged);
    }

    [Fact]
    public void A_start_sign_in_a_telegram_refuses_it_and_begins_the_next()
    {
        byte[] stream = [.. One.AsSpan(0, 40), .. Two];

        var frames = FoundFrame.All(new TelegramFramer(), stream);

        Assert.Equal([RejectReason.Truncated, RejectReason.None], frames.Select(static frame => frame.Reason));
        Assert.Equal(Some.Latin(One)[..40], frames[0].Text);
        Assert.Equal(BodyOf(Two), frames[1].Text);
    }

    [Fact]
    public void A_start_sign_without_a_makers_letters_is_noise()
    {
        var framer = new TelegramFramer();

        var frame = Assert.Single(FoundFrame.All(framer, [.. "//\r\n/A\x01/!/"u8, .. One]));

        Assert.Equal(RejectReason.None, frame.Reason);
        Assert.Equal(10 + 2, framer.SkippedBytes);
    }

    [Fact]
    public void An_end_sign_outside_a_telegram_is_noise()
    {
        var framer = new TelegramFramer();

        var frame = Assert.Single(FoundFrame.All(framer, [.. "!3CDB\r\n!\r\n"u8, .. One]));

        Assert.Equal(RejectReason.None, frame.Reason);
        Assert.Equal(10 + 2, framer.SkippedBytes);
    }

    [Fact]
    public void Idle_bytes_around_and_within_the_checksum_do_not_harm()
    {
        var digits = Some.Latin(One)[^6..^2];
        byte[] stream = [0xFF, 0x00, .. Some.Latin(BodyOf(One)), 0xFF, .. Some.Latin(digits), 0x00, .. "\r\n"u8, 0xFF, .. Two, 0xFF, 0x00];

        Assert.Equal([RejectReason.None, RejectReason.None], FoundFrame.All(new TelegramFramer(), stream).Select(static frame => frame.Reason));
    }

    [Fact]
    public void Two_telegrams_without_line_end_between_are_both_found()
    {
        byte[] stream = [.. One.AsSpan(0, DigitsEnd), .. Two];

        Assert.Equal([BodyOf(One), BodyOf(Two)], FoundFrame.All(new TelegramFramer(), stream).Select(static frame => frame.Text));
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("/")]
    public void A_bare_end_sign_closes_at_its_line_end_or_the_next_start(string next)
    {
        var framer = new TelegramFramer();
        var body = "/ISk5\\2MT382-1003\r\n\r\n1-0:1.7.0(0000.59*kW)\r\n!";

        Assert.Empty(FoundFrame.All(framer, Some.Latin(body), complete: false));
        var frame = Assert.Single(FoundFrame.All(framer, Some.Latin(next), complete: false));

        Assert.Equal((RejectReason.None, false, body), (frame.Reason, frame.HasChecksum, frame.Text));
    }

    [Fact]
    public void Silence_after_a_bare_end_sign_closes_the_telegram()
    {
        var frame = Assert.Single(FoundFrame.All(new TelegramFramer(), "/ISk5\\2MT382-1003\r\n\r\n1-0:1.7.0(0000.59*kW)\r\n!"u8));

        Assert.Equal((RejectReason.None, false), (frame.Reason, frame.HasChecksum));
    }

    [Fact]
    public void Silence_within_a_telegram_refuses_it_and_the_next_one_is_read()
    {
        var framer = new TelegramFramer();

        Assert.Equal(RejectReason.Truncated, Assert.Single(FoundFrame.All(framer, One.AsSpan(0, 50))).Reason);
        Assert.Equal(RejectReason.None, Assert.Single(FoundFrame.All(framer, Two)).Reason);
    }

    [Fact]
    public void Silence_outside_a_telegram_says_nothing()
    {
        var framer = new TelegramFramer();

        Assert.Equal(RejectReason.None, Assert.Single(FoundFrame.All(framer, [.. One, .. "noise /F"u8])).Reason);
        Assert.Empty(FoundFrame.All(framer, []));
    }

    [Fact]
    public void Reset_forgets_a_telegram_under_way()
    {
        var framer = new TelegramFramer();
        Assert.Empty(FoundFrame.All(framer, One.AsSpan(0, 50), complete: false));
        Assert.True(framer.IsInside);

        framer.Reset();

        Assert.False(framer.IsInside);
        Assert.Equal(BodyOf(Two), Assert.Single(FoundFrame.All(framer, Two)).Text);
    }

    [Fact]
    public void Skipped_bytes_are_those_of_no_telegram()
    {
        var framer = new TelegramFramer();

        FoundFrame.All(framer, [.. "12345"u8, .. One, .. "abc"u8, .. Two]);

        Assert.Equal(5 + 2 + 3 + 2, framer.SkippedBytes);
    }

    [Fact]
    public void Any_cut_of_any_noise_gives_the_same_frames_and_the_same_skipped_bytes()
    {
        byte[] alphabet = [.. "/!\r\n(0AF"u8, 0x00, 0xFF];
        var piece = Gen.OneOf(
            Gen.Choose(0, alphabet.Length - 1).Select(index => (byte[])[alphabet[index]]),
            Gen.Constant(One),
            Gen.Constant(Two[..60]),
            Gen.Choose(0, 5000).Select(static length => Enumerable.Repeat((byte)'x', length).ToArray()),
            Gen.Constant("/XYZ5 noise"u8.ToArray()));
        Prop.ForAll(piece.ArrayOf().ToArbitrary(), Gen.Choose(1, 300).ToArbitrary(), static (pieces, size) =>
        {
            byte[] stream = [.. pieces.SelectMany(static bytes => bytes)];
            var (whole, cut) = (new TelegramFramer(), new TelegramFramer());
            var expected = FoundFrame.All(whole, stream).Select(WithoutOverlongText);
            return expected.SequenceEqual(FoundFrame.All(cut, stream, size).Select(WithoutOverlongText)) && whole.SkippedBytes == cut.SkippedBytes;
        }).Holds(400);
    }

    /// <summary>How much of an overlong telegram was collected depends on the pieces; nobody reads it.</summary>
    static FoundFrame WithoutOverlongText(FoundFrame frame) => frame.Reason == RejectReason.TooLong ? frame with { Text = "" } : frame;

    static string BodyOf(byte[] telegram) => Some.Latin(telegram)[..^6];

    static (string Body, ushort Checksum) WithChecksumOf(int digits)
    {
        var (least, most) = (1 << (4 * (digits - 1)), 1 << (4 * digits));
        for (var i = 0; ; i++)
        {
            var body = $"/SYN5\\SHORT\r\n\r\n1-0:1.7.0({i:D5}*W)\r\n!";
            if (Crc16.Compute(Some.Latin(body)) is var checksum && checksum >= least && checksum < most) return (body, checksum);
        }
    }
}
