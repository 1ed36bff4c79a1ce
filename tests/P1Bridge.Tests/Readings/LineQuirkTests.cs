using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>What cables, adapters and gateways do to telegrams, each as a rule that holds here.</summary>
public class LineQuirkTests
{
    static readonly byte[] Good = Some.Telegram("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)");

    readonly TelegramReader _reader = new(Some.Catalogue);

    [Fact]
    public void One_FF_after_each_telegram_costs_none()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal([RejectReason.None], Reasons([.. Good, 0xFF]));

        Assert.Equal((100L, 0L), (_reader.Counters.Accepted, _reader.Counters.AllRefused));
    }

    [Fact]
    public void A_zero_byte_between_the_checksum_and_its_line_end_is_passed_over()
    {
        byte[] telegram = [.. Good[..^2], 0x00, .. "\r\n"u8];

        Assert.Equal([RejectReason.None, RejectReason.None], Reasons([.. telegram, .. telegram]));
    }

    [Fact]
    public void A_checksum_of_three_digits_has_lost_its_leading_zero()
    {
        var body = BodyWithChecksumBelow(0x1000);

        Assert.Equal([RejectReason.None], Reasons(Some.Latin($"{body}{Crc16.Compute(Some.Latin(body)):X3}\r\n")));
        Assert.Equal([RejectReason.CrcMismatch], Reasons(Some.Latin($"{body}{Crc16.Compute(Some.Latin(body)) ^ 1:X3}\r\n")));
    }

    [Fact]
    public void A_gateway_that_changed_the_line_ends_is_named_and_not_believed()
    {
        var changed = Some.Latin(Some.Latin(Good).Replace("\r\n", "\n", StringComparison.Ordinal));

        var outcome = Assert.Single(Some.Outcomes(_reader, changed));

        Assert.Equal(new TelegramOutcome(RejectReason.CrcMismatch, LineEndsChanged: true), outcome);
    }

    [Fact]
    public void A_gateway_that_joins_in_the_middle_of_a_telegram_costs_that_one_only()
    {
        for (var start = 1; start < Good.Length; start++)
        {
            var reader = new TelegramReader(Some.Catalogue);
            var outcome = Assert.Single(Some.Outcomes(reader, [.. Good[start..], .. Good]));
            Assert.True(outcome.IsAccepted);
        }
    }

    [Fact]
    public void A_gateway_that_drops_checksums_is_not_believed()
    {
        var bare = Some.Latin(Some.Latin(Good)[..^6] + "\r\n");

        Assert.Equal([RejectReason.CrcMissing, RejectReason.CrcMissing], Reasons([.. bare, .. bare]));
    }

    [Fact]
    public void The_head_of_one_telegram_and_the_tail_of_another_never_make_one()
    {
        var other = Some.Telegram("0-0:1.0.0(250212192232W)", "1-0:1.7.0(00.700*kW)");

        for (var cut = 1; cut < Good.Length - 7; cut++)
        {
            var reader = new TelegramReader(Some.Catalogue);
            var outcomes = Some.Outcomes(reader, [.. Good[..cut], .. other[cut..], .. Good]);
            var joined = (byte[])[.. Good[..cut], .. other[cut..]];
            // Where nothing differs before or behind the cut, one of the two was sent whole.
            var isWhole = joined.AsSpan().SequenceEqual(Good) || joined.AsSpan().SequenceEqual(other);
            Assert.Equal([isWhole, true], outcomes.Select(static outcome => outcome.IsAccepted));
            Assert.Equal(FixedPoint.Parse("0.500"), reader.Readings.Main[Some.Row("power_import")].Number);
        }
    }

    [Fact]
    public void Checksum_errors_of_any_share_leave_the_good_telegrams_and_a_rate()
    {
        var damaged = (byte[])Good.Clone();
        damaged[45] ^= 0x01;
        var random = new Random(1);
        var bad = 0;
        for (var i = 0; i < 500; i++)
        {
            var isBad = random.Next(10) < 1 + i / 60;
            bad += isBad ? 1 : 0;
            Assert.Equal([isBad ? RejectReason.CrcMismatch : RejectReason.None], Reasons(isBad ? damaged : Good));
        }

        Assert.Equal((500L - bad, (long)bad, (long)bad), (_reader.Counters.Accepted, _reader.Counters.AllRefused, _reader.Counters.Refused(RejectReason.CrcMismatch)));
    }

    [Fact]
    public void Belgian_gas_is_24_2_3_and_Belgian_water_24_2_1_and_their_serial_numbers_are_on_96_1_1()
    {
        var readings = Some.Readings(
            "0-0:96.1.4(50217)", "0-1:24.1.0(003)", $"0-1:96.1.1({Some.Hex("7FLO9999000201")})", "0-1:24.2.3(250212190000W)(00001.234*m3)",
            "0-2:24.1.0(007)", $"0-2:96.1.1({Some.Hex("8SEN9999000202")})", "0-2:24.2.1(250212190100W)(00005.678*m3)");

        Assert.Equal(
            [("gas", "7FLO9999000201", "1.234"), ("water", "8SEN9999000202", "5.678")],
            readings.Meters.Skip(1).Select(static meter => (meter.Medium.Id, meter.EquipmentIdentifier, meter[Some.Row("volume", meter.Medium.Id)].Number.ToString())));
    }

    IEnumerable<RejectReason> Reasons(byte[] stream) => Some.Outcomes(_reader, stream).Select(static outcome => outcome.Reason);

    static string BodyWithChecksumBelow(int limit)
    {
        for (var i = 0; ; i++)
        {
            var body = $"{Some.Header}\r\n\r\n1-0:1.7.0({i:D5}*W)\r\n!";
            if (Crc16.Compute(Some.Latin(body)) is var checksum && checksum < limit && checksum >= limit / 16) return body;
        }
    }
}
