using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class MeterUnitTests
{
    [Theory]
    [InlineData("kWh", "kWh")]
    [InlineData("KWH", "kWh")]
    [InlineData("kVar", "kvar")]
    [InlineData("KW", "kW")]
    [InlineData("M3", "m3")]
    [InlineData("gj", "GJ")]
    public void Case_is_ignored(string text, string name) => Assert.Equal(name, MeterUnit.Find(text)?.Name);

    [Theory]
    [InlineData("")]
    [InlineData("kWhh")]
    [InlineData(" kW")]
    [InlineData("m³")]
    [InlineData("k")]
    public void What_no_meter_sends_is_unknown(string text) => Assert.Null(MeterUnit.Find(text));

    [Theory]
    [InlineData("4512337", "Wh", "kWh", "4512.337")]
    [InlineData("1.5", "kWh", "Wh", "1500")]
    [InlineData("1.5", "MWh", "kWh", "1500")]
    [InlineData("18412", "MJ", "GJ", "18.412")]
    [InlineData("18.412", "GJ", "MJ", "18412")]
    [InlineData("5337", "W", "kW", "5.337")]
    [InlineData("44988", "dm3", "m3", "44.988")]
    [InlineData("0.5", "m3", "dm3", "500")]
    [InlineData("69.0", "kVA", "VA", "69000")]
    [InlineData("112", "var", "kvar", "0.112")]
    [InlineData("835", "varh", "kvarh", "0.835")]
    public void Units_of_one_quantity_convert_exactly(string number, string from, string to, string expected)
    {
        var exponent = MeterUnit.Find(from)!.ScaleTo(MeterUnit.Find(to)!);

        Assert.Equal(expected, Some.Number(number).Scale(exponent!.Value).ToString());
    }

    [Fact]
    public void Units_of_different_quantities_never_convert()
    {
        foreach (var left in MeterUnit.All)
        {
            foreach (var right in MeterUnit.All)
                Assert.Equal(left.Quantity == right.Quantity, left.ScaleTo(right) is not null);
        }
        Assert.Null(MeterUnit.Find("kW")!.ScaleTo(MeterUnit.Find("kWh")!));
        Assert.Null(MeterUnit.Find("kW")!.ScaleTo(MeterUnit.Find("kVA")!));
    }

    [Fact]
    public void No_unit_is_there_twice()
        => Assert.Equal(MeterUnit.All.Length, MeterUnit.All.Select(static unit => unit.Name.ToUpperInvariant()).Distinct().Count());
}
