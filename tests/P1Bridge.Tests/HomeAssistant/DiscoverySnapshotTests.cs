using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>Ids are for ever: they carry the users' history. A change of these files breaks installations.</summary>
public class DiscoverySnapshotTests
{
    [Theory]
    [InlineData("fluvius-3p-gas-water-peaks")]
    [InlineData("fluvius-1p")]
    [InlineData("fluvius-3x230-delta")]
    [InlineData("fluvius-gas-meter-swapped")]
    [InlineData("fluvius-emucs21-3p")]
    public void The_report_of_a_telegram_is_the_one_on_file(string telegram)
    {
        var writer = new StringWriter();
        DiscoveryReport.Write(Discovery.Messages(telegram), writer);
        Verify.Text($"{nameof(DiscoverySnapshotTests)}.{telegram}", writer.ToString(), "json");
    }
}
