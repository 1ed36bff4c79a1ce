using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

public class MissingChecksumTests
{
    [Fact]
    public void A_meter_that_has_sent_a_checksum_is_not_believed_without_one()
    {
        var good = Some.Telegram("1-0:1.8.1(012874.206*kWh)");
        var cut = Some.Latin($"{Some.Header}\r\n\r\n1-0:1.8.1(000001.000*kWh)\r\n!\r\n");
        var reader = new TelegramReader(Some.Catalogue);

        Assert.Equal([RejectReason.None, RejectReason.CrcMissing, RejectReason.None], Some.Outcomes(reader, [.. good, .. cut, .. good]).Select(static outcome => outcome.Reason));
    }

    [Fact]
    public void Another_meter_on_the_same_stream_may_be_one_without_checksums()
    {
        var reader = new TelegramReader(Some.Catalogue);

        Assert.All(
            Some.Outcomes(reader, [.. Some.Telegram("1-0:1.8.1(012874.206*kWh)"), .. Some.OldTelegram("1-0:1.8.1(00100.000*kWh)")]),
            static outcome => Assert.Equal(RejectReason.None, outcome.Reason));
    }

    [Fact]
    public void Noise_that_happened_to_be_the_checksum_does_not_silence_a_meter_without_checksums_for_good()
    {
        var old = Some.OldTelegram("1-0:1.8.1(00100.000*kWh)");
        var end = Array.LastIndexOf(old, (byte)'!') + 1;
        byte[] byChance = [.. old[..end], .. Some.Latin($"{Crc16.Compute(old.AsSpan(0, end)):X4}\r\n")];
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, byChance);

        var refused = Enumerable.Range(0, 100).TakeWhile(_ => !Some.Outcomes(reader, old)[0].IsAccepted).Count();

        Assert.Equal(9, refused);
        Assert.True(Some.Outcomes(reader, old)[0].IsAccepted);
    }

    [Fact]
    public void Lost_checksums_with_good_telegrams_between_are_never_believed()
    {
        var good = Some.Telegram("1-0:1.8.1(012874.206*kWh)");
        var cut = Some.Latin($"{Some.Header}\r\n\r\n1-0:1.8.1(000001.000*kWh)\r\n!\r\n");
        var reader = new TelegramReader(Some.Catalogue);

        for (var i = 0; i < 50; i++)
            Assert.Equal([true, false], Some.Outcomes(reader, [.. good, .. cut]).Select(static outcome => outcome.IsAccepted));
    }
}
