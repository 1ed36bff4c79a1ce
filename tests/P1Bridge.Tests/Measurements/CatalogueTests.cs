using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Measurements;

/// <summary>Walks every row of the built-in catalogue.</summary>
public class CatalogueTests
{
    public static TheoryData<int> Rows => [.. Some.Catalogue.Measurements.Select(static row => row.Index)];

    public static TheoryData<int> PublishedRows => [.. Some.Catalogue.Measurements.Where(static row => row.IsPublished).Select(static row => row.Index)];

    public static TheoryData<int> ExampleRows => [.. Some.Catalogue.Measurements.Where(static row => row.Example.Length > 0 && row.IsPublished).Select(static row => row.Index)];

    [Theory, MemberData(nameof(ExampleRows))]
    public void The_example_gives_a_good_reading_of_its_row(int index)
    {
        var row = Some.Catalogue.Measurements[index];
        var lines = row.Example.Split('\n').ToList();
        if (!row.Medium.IsMain) lines.Insert(0, $"{lines[0][..4]}24.1.0({row.Medium.DeviceTypes[0]:D3})");

        var meter = Some.Readings([.. lines]).Meters.Single(meter => meter.Medium == row.Medium);

        Assert.Equal((ReadingState.Good, IssueClass.None), (meter[row].State, meter[row].Issue));
        Assert.NotEqual(Reading.NoneWord, row.OffValues.IsEmpty ? meter[row].Text : null);
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_row_has_a_reference_or_a_formula_and_an_example_for_the_reference(int index)
    {
        var row = Some.Catalogue.Measurements[index];

        Assert.True(!row.References.IsEmpty || row.Formula is not null);
        Assert.Equal(row.References.IsEmpty, row.Example.Length == 0);
    }

    [Theory, MemberData(nameof(PublishedRows))]
    public void A_row_has_its_names_in_all_languages(int index)
    {
        var names = Some.Catalogue.Measurements[index].Names;

        Assert.All(Names.Languages, language => Assert.False(string.IsNullOrWhiteSpace(names.In(language))));
        Assert.Throws<ArgumentOutOfRangeException>(() => names.In("xx"));
    }

    [Theory, MemberData(nameof(PublishedRows))]
    public void A_row_has_a_legal_Home_Assistant_entity(int index)
    {
        var row = Some.Catalogue.Measurements[index];
        if (row.Kind == ValueKind.MonthlyPeaks)
        {
            Assert.Null(row.HomeAssistant);
            return;
        }
        var entity = row.HomeAssistant;

        Assert.NotNull(entity);
        Assert.Contains(entity.Platform, new[] { "sensor", "binary_sensor" });
        Assert.Equal(row.Unit?.Name.Replace("m3", "m³", StringComparison.Ordinal), entity.Unit);
        if (entity.StateClass == "total_increasing") Assert.True(row.IsTotal);
        if (row.Kind == ValueKind.Timestamp || row.Part == ValuePart.Time) Assert.Equal("timestamp", entity.DeviceClass);
        if (entity.PayloadOn is { } on) Assert.Contains(on, row.Words.Values);
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_formula_uses_rows_further_up_of_its_own_medium(int index)
    {
        var row = Some.Catalogue.Measurements[index];

        Assert.All(row.Formula?.Arguments ?? [], id => Assert.InRange(Some.Row(id, row.Medium.Id).Index, 0, index - 1));
        Assert.Null(row.Formula is { } formula ? Formulas.ProblemOf(formula) : null);
    }

    [Fact]
    public void An_id_is_there_once_per_medium()
        => Assert.All(
            Some.Catalogue.Measurements.Where(static row => row.IsPublished).GroupBy(static row => (row.Medium.Id, row.Id)),
            static group => Assert.Single(group));

    [Fact]
    public void The_ids_of_the_Belgian_set_are_there()
    {
        string[] main =
        [
            .. from direction in new[] { "import", "export" } from tariff in new[] { "", "_tariff_1", "_tariff_2", "_tariff_3", "_tariff_4" } select $"energy_{direction}{tariff}",
            .. from quantity in new[] { "power_import", "power_export", "voltage", "current" } from phase in new[] { "l1", "l2", "l3" } select $"{quantity}_{phase}",
            "power_import", "power_export", "power", "tariff", "tariff_name", "demand", "demand_forecast", "demand_headroom",
            "peak_month", "peak_month_time", "peak_average", "peaks", "breaker", "limiter", "fuse", "message", "telegram_time",
        ];

        Assert.All(main, static id => Assert.NotNull(Some.Catalogue.Find(Medium.MainId, id)));
        Assert.All(new[] { "gas", "water", "warm_water" }, static medium => Assert.NotNull(Some.Catalogue.Find(medium, "volume")));
        Assert.All(new[] { "heat", "cooling", "electricity" }, static medium => Assert.NotNull(Some.Catalogue.Find(medium, "energy")));
        Assert.All(Some.Catalogue.Media.Where(static medium => !medium.IsMain), static medium => Assert.NotNull(Some.Catalogue.Find(medium.Id, "read_time")));
    }

    [Fact]
    public void Every_total_is_guarded()
        => Assert.All(
            Some.Catalogue.Measurements.Where(static row => row.Group == PolicyGroup.Totals),
            static row => Assert.True(row.IsTotal, row.Id));

    [Theory]
    [InlineData(2, "electricity")]
    [InlineData(3, "gas")]
    [InlineData(4, "heat")]
    [InlineData(6, "warm_water")]
    [InlineData(7, "water")]
    [InlineData(10, "cooling")]
    [InlineData(11, "cooling")]
    [InlineData(12, "heat")]
    [InlineData(13, "heat")]
    [InlineData(21, "warm_water")]
    [InlineData(22, "water")]
    [InlineData(0, null)]
    [InlineData(8, null)]
    [InlineData(-3, null)]
    [InlineData(4294967299, null)]
    public void A_device_type_stands_for_a_medium(long deviceType, string? medium)
        => Assert.Equal(medium, Some.Catalogue.MediumOf(deviceType)?.Id);

    [Theory]
    [InlineData("1-0:1.8.1", true)]
    [InlineData("1-1:1.8.1", false)]
    [InlineData("0-0:24.2.3", false)]
    [InlineData("0-1:24.2.3", true)]
    [InlineData("0-4:24.2.3", true)]
    [InlineData("0-5:24.2.3", false)]
    [InlineData("0-255:24.2.3", false)]
    [InlineData("1-1:24.2.3", false)]
    [InlineData("1-0:1.8.1*1", false)]
    public void Only_the_whole_reference_finds_an_entry_and_channels_are_1_to_4(string reference, bool found)
        => Assert.Equal(found, Some.Catalogue.Find(Some.Reference(reference)) is not null);

    [Fact]
    public void The_breaker_is_not_a_relay()
    {
        Assert.Equal("breaker", Some.Catalogue.Find(Some.Reference("0-0:96.3.10"))!.Rows.Single().Id);
        for (var channel = 1; channel <= 4; channel++)
            Assert.Equal($"relay_{channel}", Some.Catalogue.Find(Some.Reference($"0-{channel}:96.3.10"))!.Rows.Single().Id);
    }

    [Fact]
    public void An_index_is_a_rows_place()
        => Assert.Equal(Enumerable.Range(0, Some.Catalogue.Measurements.Length), Some.Catalogue.Measurements.Select(static row => row.Index));
}
