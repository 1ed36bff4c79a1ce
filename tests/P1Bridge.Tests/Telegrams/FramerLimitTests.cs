using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class FramerLimitTests
{
    static readonly byte[] Next = Some.Telegram("1-0:1.7.0(00.500*kW)");

    public static TheoryData<int> PieceSizes => [0, 1, 7, 512];

    [Theory, MemberData(nameof(PieceSizes))]
    public void A_line_of_exactly_the_limit_is_accepted(int pieceSize)
        => Assert.Equal([RejectReason.None, RejectReason.None], Reasons(WithLine(TelegramFramer.MaximumLine), pieceSize));

    [Theory, MemberData(nameof(PieceSizes))]
    public void A_line_one_byte_longer_is_refused_and_the_next_telegram_is_read(int pieceSize)
        => Assert.Equal([RejectReason.TooLong, RejectReason.None], Reasons(WithLine(TelegramFramer.MaximumLine + 1), pieceSize));

    [Theory, MemberData(nameof(PieceSizes))]
    public void A_telegram_of_exactly_the_limit_is_accepted(int pieceSize)
        => Assert.Equal([RejectReason.None, RejectReason.None], Reasons(OfLength(TelegramFramer.MaximumTelegram), pieceSize));

    [Theory, MemberData(nameof(PieceSizes))]
    public void A_telegram_one_byte_longer_is_refused_and_the_next_is_read(int pieceSize)
        => Assert.Equal([RejectReason.TooLong, RejectReason.None], Reasons(OfLength(TelegramFramer.MaximumTelegram + 1), pieceSize));

    [Fact]
    public void A_header_line_is_limited_too()
        => Assert.Equal([RejectReason.TooLong, RejectReason.None], Reasons([.. "/XYZ5"u8, .. new byte[TelegramFramer.MaximumLine]], 0));

    [Fact]
    public void An_endless_line_is_refused_once()
    {
        var framer = new TelegramFramer();

        Assert.Equal(RejectReason.TooLong, Assert.Single(FoundFrame.All(framer, [.. "/XYZ5\r\n"u8, .. new byte[1_000_000]], 1000)).Reason);
        Assert.False(framer.IsInside);
    }

    static IEnumerable<RejectReason> Reasons(byte[] first, int pieceSize)
        => FoundFrame.All(new TelegramFramer(), [.. first, .. Next], pieceSize).Select(static frame => frame.Reason);

    /// <summary>A telegram with one line of so many bytes, CR LF included.</summary>
    static byte[] WithLine(int length) => Some.Telegram($"0-0:96.13.0({new string('3', length - "0-0:96.13.0()\r\n".Length)})");

    /// <summary>A telegram of so many bytes before its end sign.</summary>
    static byte[] OfLength(int length)
    {
        const string Line = "0-0:96.13.0()";
        var fill = length - Some.Header.Length - 4;
        var lines = new List<string>();
        for (; fill > 200; fill -= 100)
            lines.Add(Line.Insert(Line.Length - 1, new string('3', 98 - Line.Length)));
        lines.Add(Line.Insert(Line.Length - 1, new string('3', fill - 2 - Line.Length)));
        return Some.Telegram([.. lines]);
    }
}
