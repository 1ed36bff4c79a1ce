using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class ObisReferenceTests
{
    [Fact]
    public void Every_reference_survives_being_printed_and_read()
    {
        var fields = Gen.Choose(0, 255).ArrayOf(6).ToArbitrary();
        Prop.ForAll(fields, static f =>
        {
            var reference = new ObisReference((byte)f[0], (byte)f[1], (byte)f[2], (byte)f[3], (byte)f[4], (byte)f[5]);
            return ObisReference.TryParse(reference.ToString(), out var read) && read == reference && read.A == f[0] && read.B == f[1];
        }).Holds(1000);
    }

    [Fact]
    public void References_sort_as_their_fields_do()
    {
        string[] sorted = ["0-0:1.0.0", "0-0:96.1.1", "0-1:24.2.1", "0-2:24.1.0", "1-0:1.7.0", "1-0:1.8.0*1", "1-0:1.8.0", "1-0:2.7.0", "1-0:21.7.0"];

        Assert.Equal(sorted, sorted.Reverse().Select(Some.Reference).Order().Select(static reference => reference.ToString()));
        Assert.True(Some.Reference(sorted[0]) < Some.Reference(sorted[1]) && Some.Reference(sorted[1]) >= Some.Reference(sorted[1]));
        Assert.True(Some.Reference(sorted[2]) > Some.Reference(sorted[1]) && Some.Reference(sorted[1]) <= Some.Reference(sorted[2]));
    }

    [Theory]
    [InlineData("1-0:1.8.0*255")]
    [InlineData("1-0:1.8.0.255")]
    [InlineData("01-000:1.08.00")]
    public void The_same_object_may_be_written_in_several_ways(string text)
    {
        Assert.True(ObisReference.TryParse(text, out var reference));
        Assert.Equal("1-0:1.8.0", reference.ToString());
    }

    [Fact]
    public void Channel_n_stands_for_any_and_is_replaced_by_a_number()
    {
        var reference = Some.Reference("0-n:24.2.3");

        Assert.Equal((ObisReference.AnyChannel, "0-n:24.2.3"), (reference.B, reference.ToString()));
        Assert.Equal("0-2:24.2.3", reference.WithChannel(2).ToString());
        Assert.Equal(reference, Some.Reference("0-2:24.2.3").WithChannel(ObisReference.AnyChannel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-0")]
    [InlineData("1-0:1.8")]
    [InlineData("1-0:1.8.")]
    [InlineData("1-0:1.8.0*")]
    [InlineData("1-0:1.8.0x")]
    [InlineData("1-0:1.8.0*256")]
    [InlineData("1:0-1.8.0")]
    [InlineData("256-0:1.8.0")]
    [InlineData("1-0:1.8.1000")]
    [InlineData("-1-0:1.8.0")]
    [InlineData("n-0:1.8.0")]
    [InlineData("1-m:1.8.0")]
    [InlineData("1-0: 1.8.0")]
    public void What_is_no_reference_is_refused(string text) => Assert.False(ObisReference.TryParse(text, out _));

    [Fact]
    public void Reading_stops_where_the_reference_ends()
    {
        Assert.True(ObisReference.TryRead("1-0:1.8.1(012874.206*kWh)"u8, out var reference, out var length));
        Assert.Equal(("1-0:1.8.1", 9), (reference.ToString(), length));
    }
}
