using System.Globalization;
using System.Text;
using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>Ids are for ever: they carry the users' history. A change of these files breaks installations.</summary>
public class DiscoverySnapshotTests
{
    public static TheoryData<string> Telegrams => Corpus.Rows(Corpus.GoodNames);

    [Fact]
    public void Sizes_and_counts_are_those_on_file()
    {
        var lines = Corpus.GoodNames.SelectMany(
            static telegram => Discovery.Messages(telegram),
            static (telegram, message) => string.Create(CultureInfo.InvariantCulture, $"{telegram}: {message.Topic} {message.Components().Count} entities {Encoding.UTF8.GetByteCount(message.Payload!)} bytes"));
        Verify.Text($"{nameof(DiscoverySnapshotTests)}.Sizes", string.Join('\n', lines) + "\n");
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void The_report_of_a_telegram_is_the_one_on_file(string telegram)
    {
        var writer = new StringWriter();
        DiscoveryReport.Write(Discovery.Messages(telegram), writer);
        Verify.Text($"{nameof(DiscoverySnapshotTests)}.{telegram}", writer.ToString(), "json");
    }
}
