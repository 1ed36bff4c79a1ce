using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>From the bytes of each good telegram to what is published: the contract with those who read the topics.</summary>
public class MeterPipelineSnapshotTests
{
    public static TheoryData<string> Good => Corpus.Rows(Corpus.Good);

    /// <summary>The meter of DSMR 2.2 sends no clock: a quarter of an hour after its gas meter was read.</summary>
    static readonly DateTimeOffset WithoutClock = new(2025, 1, 20, 21, 14, 33, TimeSpan.FromHours(1));

    [Theory, MemberData(nameof(Good))]
    public void A_telegram_is_published_as_verified(string name)
    {
        var receivedAt = name == "dsmr22-nl-gas.txt" ? WithoutClock : (DateTimeOffset?)null;

        Verify.Text(Path.GetFileNameWithoutExtension(name), new Pipeline().Feed(Corpus.Bytes(name), receivedAt).Describe());
    }

    [Fact]
    public void The_Belgian_telegrams_are_among_them()
    {
        Assert.Equal(9, Corpus.Belgian.Length);
        Assert.Superset(Corpus.Belgian.ToHashSet(), Corpus.Good.ToHashSet());
    }

    [Fact]
    public void The_same_telegram_again_gives_the_same()
    {
        var pipeline = new Pipeline();
        var telegram = Corpus.Bytes("fluvius-3p-gas-water-peaks.txt");

        Assert.Equal(pipeline.Feed(telegram).Describe(), pipeline.Feed(telegram).Describe());
    }

    [Fact]
    public void A_made_up_reference_is_one_catalogue_row()
    {
        const string Row = """
            measurements:
              - id: solar_temperature
                obis: "1-0:199.7.0"
                kind: number
                can_be_negative: true
                group: live
                names: { en: Solar temperature, nl: Zonnetemperatuur, fr: Température solaire, de: Solartemperatur }
                example: "1-0:199.7.0(-012.5)"
              - id: pellets
                medium: sub
                obis: "0-n:150.2.1"
                kind: count
                names: { en: Pellets, nl: Pellets, fr: Granulés, de: Pellets }
                example: "0-1:150.2.1(0042)"
            """;
        var catalogue = CatalogueLoader.Parse(("catalogue.yaml", CatalogueLoader.BuiltInText()), ("mine.yaml", Row));

        var snapshot = new Pipeline(catalogue: catalogue).Feed(
            "1-0:1.7.0(00.500*kW)", "1-0:199.7.0(-003.25)", "0-2:24.1.0(003)", "0-2:24.2.3(250212190000W)(00001.000*m3)", "0-2:150.2.1(0007)");

        Assert.Equal(
            ["power_import 0.500", "solar_temperature -3.25", "gas/volume 1.000", "gas/read_time 2025-02-12T19:00:00+01:00", "gas/pellets 7"],
            snapshot.Topics());
    }
}
