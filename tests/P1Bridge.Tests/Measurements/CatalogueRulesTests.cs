using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Measurements;

public class CatalogueRulesTests
{
    static readonly Names Names = new("n", "n", "n", "n");
    static readonly Medium Main = new(Medium.MainId, [], Names);
    static readonly Medium Gas = new("gas", [3], Names);

    static readonly Measurement Good = new()
    {
        Id = "power",
        Medium = Main,
        References = [Some.Reference("1-0:1.7.0")],
        Kind = ValueKind.Number,
        Unit = MeterUnit.Find("kW"),
        Names = Names,
        Example = "1-0:1.7.0(00.500*kW)",
    };

    static readonly Measurement GoodSub = Good with
    {
        Id = "volume",
        Medium = Gas,
        References = [Some.Reference("0-n:24.2.3")],
        Unit = MeterUnit.Find("m3"),
        Example = "0-1:24.2.3(251105175003W)(02871.504*m3)",
    };

    static readonly Measurement Sum = Good with { Id = "sum", References = [], Example = "", Formula = new Formula("sum", ["power"]) };

    static readonly ObisReference Other = Some.Reference("1-0:2.7.0");
    static readonly Measurement Bad = Good with { Id = "broken" };
    static readonly Measurement BadSub = GoodSub with { Id = "broken" };

    /// <summary>A broken row for each rule, and what is said about it.</summary>
    static readonly Dictionary<string, (Measurement Row, string Problem)> Broken = new()
    {
        ["no id and no role"] = (Bad with { Id = "" }, "a row needs an id, a role, or both"),
        ["capital letter in id"] = (Bad with { Id = "Power" }, "an id is made of a-z, 0-9 and _"),
        ["slash in id"] = (Bad with { Id = "power/l1" }, "an id is made of a-z, 0-9 and _"),
        ["reserved id"] = (Bad with { Id = "json" }, "this id is the name of another topic; choose another one"),
        ["id of a medium"] = (Bad with { Id = "gas" }, "this id is the name of another topic; choose another one"),
        ["id twice"] = (Bad with { Id = "twice" }, "the id is there twice for medium 'main'"),
        ["name missing"] = (Bad with { Names = new("n", "n", " ", "n") }, "a name is missing; expected one for each of en, nl, fr, de"),
        ["nothing to read"] = (Bad with { References = [], Example = "" }, "a row needs an OBIS reference or a formula"),
        ["channel n on the main meter"] = (
            Bad with { References = [Some.Reference("0-n:24.2.1")], Example = "0-255:24.2.1(00.500*kW)" },
            "0-n:24.2.1 is a sub-meter's object, but the medium is 'main'"),
        ["fixed channel on a sub-meter"] = (
            BadSub with { References = [Some.Reference("0-1:24.2.3")] },
            "0-1:24.2.3 must have the channel 'n', because sub-meters can be on any"),
        ["two kinds"] = (
            Bad with { Id = "again", References = [Some.Reference("1-0:99.1.0")], Kind = ValueKind.Count, Unit = null, Example = "1-0:99.1.0(1)" },
            "1-0:99.1.0 is read as Text by an earlier row"),
        ["word without words"] = (Bad with { References = [Other], Kind = ValueKind.Word, Unit = null, Example = "1-0:2.7.0()" }, "kind 'word' needs 'words'"),
        ["words without word"] = (
            Bad with { Words = ImmutableSortedDictionary<long, string>.Empty.Add(1, "one") },
            "'words' belong to kind 'word' only"),
        ["total without unit"] = (
            Bad with { Unit = null, MaximumRisePerHour = Some.Number("1"), Example = "1-0:1.7.0(1)" },
            "a guarded total needs kind 'number' and a unit"),
        ["text with unit"] = (Bad with { References = [Other], Kind = ValueKind.Text, Example = "1-0:2.7.0(text)" }, "kind 'Text' has no unit"),
        ["no example"] = (Bad with { Example = "" }, "the example '' holds no data object"),
        ["example of another object"] = (
            Bad with { Example = "1-0:2.7.0(00.500*kW)" },
            "the example '1-0:2.7.0(00.500*kW)' has another reference than the row"),
        ["example on a channel that cannot be"] = (
            BadSub with { Example = "0-5:24.2.3(251105175003W)(02871.504*m3)" },
            "the example '0-5:24.2.3(251105175003W)(02871.504*m3)' has another reference than the row"),
        ["example that is no object"] = (
            Bad with { Example = "1-0:1.7.0(00.500*kW" },
            "the example '1-0:1.7.0(00.500*kW' is no data object (UnbalancedGroup)"),
        ["example with a fault before the object"] = (
            Bad with { Example = "garbage\n1-0:1.7.0(00.500*kW)" },
            "the example 'garbage\n1-0:1.7.0(00.500*kW)' is no data object (NoReference)"),
        ["example in another unit"] = (
            Bad with { Example = "1-0:1.7.0(00.500*kWh)" },
            "the example '1-0:1.7.0(00.500*kWh)' cannot be read: unit_mismatch"),
        ["example without word"] = (
            Bad with
            {
                References = [Other], Kind = ValueKind.Word, Unit = null, Words = ImmutableSortedDictionary<long, string>.Empty.Add(1, "one"), Example = "1-0:2.7.0(2)",
            },
            "the example '1-0:2.7.0(2)' cannot be read: unknown_word"),
        ["unknown function"] = (
            Sum with { Formula = new Formula("product", ["power"]) },
            "the formula's function 'product' is unknown; expected one of "
            + "continuous, demand_alarm, demand_forecast, demand_headroom, difference, finished_quarter, monthly_peaks, peak_average, "
            + "quarter_demand, quarter_remaining, signed_current, sum, target_headroom, tariff_name"),
        ["too few arguments"] = (Sum with { Formula = new Formula("difference", ["power"]) }, "'difference' takes 2 arguments, not 1"),
        ["too many arguments"] = (
            Sum with { Formula = new Formula("sum", [.. Enumerable.Repeat("power", 17)]) },
            "'sum' takes 1 to 16 arguments, not 17"),
        ["argument further down"] = (
            Sum with { Formula = new Formula("sum", ["later"]) },
            "the formula's argument 'later' must be a row of the same medium further up"),
        ["argument of another medium"] = (
            Sum with { Formula = new Formula("sum", ["volume"]) },
            "the formula's argument 'volume' must be a row of the same medium further up"),
        ["entity without id"] = (
            Bad with { Id = "", Role = MeasurementRole.Version, HomeAssistant = new() { Platform = "sensor" } },
            "a row without id cannot be a Home Assistant entity"),
        ["unknown platform"] = (
            Bad with { HomeAssistant = new() { Platform = "switch" } },
            "platform 'switch' is unknown; expected sensor or binary_sensor"),
        ["binary sensor without payload"] = (
            Bad with { HomeAssistant = new() { Platform = "binary_sensor" } },
            "a binary_sensor needs 'payload_on'"),
        ["enum without options"] = (
            Bad with { HomeAssistant = new() { Platform = "sensor", DeviceClass = "enum" } },
            "device class 'enum' needs 'options'"),
        ["unknown category"] = (
            Bad with { HomeAssistant = new() { Platform = "sensor", Category = "config" } },
            "entity category 'config' is unknown; expected diagnostic or none"),
    };

    public static TheoryData<string> Rules => [.. Broken.Keys];

    [Theory, MemberData(nameof(Rules))]
    public void A_row_that_breaks_a_rule_is_named_with_what_was_expected(string rule)
    {
        var (row, problem) = Broken[rule];
        ImmutableArray<Measurement> rows =
        [
            Good, GoodSub, Good with { Id = "twice" },
            Good with { Id = "text", References = [Some.Reference("1-0:99.1.0")], Kind = ValueKind.Text, Unit = null, Example = "1-0:99.1.0(a)" },
            row, Good with { Id = "later" },
        ];

        var exception = Assert.Throws<CatalogueException>(() => Catalogue.Create([Main, Gas], [], rows));

        Assert.All(exception.Problems, static found => Assert.Equal(4, found.Row));
        Assert.Equal(problem, exception.Problems[0].Text);
        Assert.StartsWith($"{(row.Id.Length > 0 ? row.Id : row.Role.ToString())}: {problem}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rows_that_are_broken_above_are_good_as_they_are()
        => Assert.Equal(3, Catalogue.Create([Main, Gas], [], [Good, GoodSub, Sum]).Measurements.Length);

    [Fact]
    public void Every_fault_is_reported_at_once()
    {
        var exception = Assert.Throws<CatalogueException>(() => Catalogue.Create([Main], [], [Good with { Id = "A", Example = "" }, Good with { Id = "B" }]));

        Assert.Equal([0, 0, 1], exception.Problems.Select(static problem => problem.Row));
    }

    [Fact]
    public void There_is_exactly_one_main_medium()
    {
        AssertMedia("exactly one medium must have the id 'main'", []);
        AssertMedia("exactly one medium must have the id 'main'", [Gas]);
        AssertMedia("'gas' is there twice", [Main, Gas, Gas with { DeviceTypes = [] }]);
        AssertMedia("device type 3 belongs to more than one medium", [Main, Gas, new Medium("coal", [3], Names)]);
    }

    static void AssertMedia(string expected, ImmutableArray<Medium> media)
    {
        var problem = Assert.Single(Assert.Throws<CatalogueException>(() => Catalogue.Create(media, [], [])).Problems);
        Assert.Equal((-1, expected), (problem.Row, problem.Text));
    }
}
