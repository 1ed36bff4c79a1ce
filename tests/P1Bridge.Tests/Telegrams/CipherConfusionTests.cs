using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

/// <summary>Ciphertext that looks like telegrams, telegrams that hold what looks like cipher frames.</summary>
public class CipherConfusionTests
{
    const string Forbidden = "/!()\r\n";
    const uint Counter = 42;

    /// <summary>A header that passes every check and claims the longest frame there is.</summary>
    static readonly byte[] LongHead = [0xDB, 8, .. "NOMETER1"u8, 0x82, 0x3F, 0xFF, 0x30, 0, 0, 0, 1];

    public static TheoryData<string> Patterns => ["/ABC!1234\r\n", "//////", "!!!!", "/!", "\u00DB\b", "/FLU5\\2\r\n\r\n1-0:1.7.0(1*kW)\r\n!", "\u00DB\bSYN\0\0\0\u0001"];

    [Theory, MemberData(nameof(Patterns))]
    public void Ciphertext_full_of_signs_is_no_telegram_and_no_frame(string pattern)
    {
        var telegram = TelegramThatEncryptsTo(pattern);
        var frame = CipherFrameWriter.Write(telegram, Counter);
        byte[] stream = [.. frame, .. frame];
        Assert.True(Some.Latin(frame).Split(pattern[..2]).Length > 30);

        foreach (var size in (int[])[int.MaxValue, 1, 7])
        {
            Assert.Equal([TextOf(telegram), TextOf(telegram)], CipherReading.All(CipherFrameWriter.Options(), stream, size));
            Assert.Equal([TextOf(telegram), TextOf(telegram)], CipherReading.All(CipherFrameWriter.Options(checkTag: false), stream, size));
            Assert.Equal(["auth_failed", "auth_failed"], CipherReading.All(CipherFrameWriter.Options(CipherFrameWriter.OtherKey), stream, size));
            Assert.Equal(["key_missing", "key_missing"], CipherReading.All(null, stream, size));
        }
    }

    [Fact]
    public void A_plain_telegram_after_frames_that_cannot_be_opened_is_read()
    {
        var frame = CipherFrameWriter.Write(TelegramThatEncryptsTo("/ABC"), Counter);
        var plain = Some.Telegram("1-0:1.7.0(00.405*kW)");

        foreach (var size in (int[])[int.MaxValue, 1, 7])
            Assert.Equal(["key_missing", "key_missing", TextOf(plain)], CipherReading.All(null, [.. frame, .. frame, .. plain], size));
    }

    [Fact]
    public void What_began_in_a_frame_and_grows_too_long_costs_the_same_in_any_pieces()
    {
        var frame = CipherFrameWriter.Write(TelegramThatEncryptsTo("/ABC"), Counter);
        byte[] stream = [.. frame, .. Enumerable.Repeat((byte)'x', 5000), .. frame, .. frame];

        foreach (var size in (int[])[int.MaxValue, 1, 7, 4096])
        {
            var found = CipherReading.All(null, stream, size);
            Assert.Equal(CipherReading.All(null, stream, 1), found);
            // The frame right behind the overlong part is lost with it.
            Assert.Equal(2, found.Count(static result => result == "key_missing"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_telegram_that_holds_frame_marks_is_handed_on_with_its_last_digit(bool hasKey)
    {
        var telegram = Some.Telegram($"0-0:96.13.0({Some.Latin(LongHead)}\u00DB\b{Some.Latin(LongHead)})", "1-0:1.7.0(00.405*kW)");
        var framer = new CipherFramer(hasKey ? CipherFrameWriter.Options() : null);
        for (var round = 0; round < 3; round++)
        {
            var found = new List<string>();
            CipherReading.Feed(framer, telegram.AsSpan(0, telegram.Length - 3), found);
            Assert.Empty(found);

            CipherReading.Feed(framer, telegram.AsSpan(telegram.Length - 3, 1), found);

            Assert.Equal([TextOf(telegram)], found);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Noise_that_looks_like_the_head_of_a_frame_holds_up_no_telegram(bool hasKey)
    {
        var telegram = Some.Telegram("1-0:1.7.0(00.405*kW)");
        for (var length = 1; length <= LongHead.Length; length++)
        {
            var framer = new CipherFramer(hasKey ? CipherFrameWriter.Options() : null);
            var found = new List<string>();

            CipherReading.Feed(framer, [.. LongHead.AsSpan(0, length), .. telegram.AsSpan(0, telegram.Length - 2)], found);

            Assert.Equal([TextOf(telegram)], found);
        }
    }

    [Fact]
    public void A_telegram_without_checksum_survives_marks_before_it_that_are_no_head()
    {
        var telegram = Some.OldTelegram("1-0:1.7.0(00.405*kW)");
        for (var length = 1; length < 14; length++)
        {
            foreach (var size in (int[])[int.MaxValue, 1, 3])
                Assert.Equal([TextOf(telegram)], CipherReading.All(CipherFrameWriter.Options(), [.. LongHead.AsSpan(0, length), .. telegram], size));
        }
    }

    [Fact]
    public void A_head_that_runs_out_inside_a_telegram_does_not_cost_it()
    {
        // The telegram's first ten bytes are title, length 120 and control byte to who takes the noise before it for a frame's.
        var telegram = Some.WithHeader(@"/FLU5\25x0_A", "1-0:1.7.0(00.405*kW)", $"0-0:96.13.0({new string('5', 200)})");
        byte[] stream = [CipherFrame.Mark, 8, .. telegram];
        Assert.Equal(CipherHead.Valid, CipherFrame.Read(stream, out _));

        foreach (var size in (int[])[int.MaxValue, 1, 7])
            Assert.Equal(["key_missing", TextOf(telegram)], CipherReading.All(null, stream, size));
    }

    /// <summary>A valid telegram whose ciphertext repeats the pattern wherever the telegram's own rules allow it.</summary>
    static byte[] TelegramThatEncryptsTo(string pattern)
    {
        const int Length = 1024;
        var start = Some.Latin(Some.Telegram("0-0:96.13.0(")).IndexOf("96.13.0(", StringComparison.Ordinal) + "96.13.0(".Length;
        var stream = CipherFrameWriter.KeyStream(start + Length, Counter);
        var text = string.Concat(Enumerable.Range(0, Length).Select(i =>
        {
            var letter = (char)(stream[start + i] ^ pattern[i % pattern.Length]);
            return Forbidden.Contains(letter, StringComparison.Ordinal) ? 'x' : letter;
        }));
        return Some.Telegram($"0-0:96.13.0({text})", "1-0:1.7.0(00.405*kW)");
    }

    static string TextOf(byte[] telegram) => Some.Latin(telegram.AsSpan(0, telegram.AsSpan().IndexOf((byte)'!') + 1));
}
