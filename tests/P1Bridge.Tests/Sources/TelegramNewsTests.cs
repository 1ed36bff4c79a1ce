using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class TelegramNewsTests
{
    readonly TelegramNews _news = new(Some.Catalogue);

    [Fact]
    public void The_first_telegram_is_of_unknown_age_and_the_same_again_is_old()
    {
        var (old, next) = (At("250212192231W"), At("250212192232W"));

        Assert.Equal([false, false, true, false, false, true], ((byte[][])[old, old, next, next, next, old]).Select(_news.IsNews));
    }

    [Fact]
    public void A_telegram_without_clock_always_counts()
    {
        var telegram = Corpus.Bytes("dsmr22-nl-gas.txt");

        Assert.Equal([true, true, true], ((byte[][])[telegram, telegram, telegram]).Select(_news.IsNews));
    }

    [Fact]
    public void An_encrypted_frame_differs_by_its_counter()
    {
        var telegram = At("250212192231W");

        Assert.Equal(
            [false, false, true],
            ((byte[][])[CipherFrameWriter.Write(telegram, 1), CipherFrameWriter.Write(telegram, 1), CipherFrameWriter.Write(telegram, 2)]).Select(_news.IsNews));
    }

    static byte[] At(string time) => Some.Telegram($"0-0:1.0.0({time})", "1-0:1.7.0(00.500*kW)");
}
