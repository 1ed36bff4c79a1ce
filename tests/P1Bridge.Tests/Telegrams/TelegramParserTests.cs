using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class TelegramParserTests
{
    [Theory]
    [InlineData("1-0:1.7.0(00.500*kW)", "1-0:1.7.0[00.500*kW]")]
    [InlineData("0-0:96.13.0()", "0-0:96.13.0[]")]
    [InlineData("1-0:1.6.0(251103181500W)(05.337*kW)", "1-0:1.6.0[251103181500W][05.337*kW]")]
    [InlineData("1-0:99.97.0()", "1-0:99.97.0[]")]
    [InlineData("0-0:98.1.0(0)(1-0:1.6.0)(1-0:1.6.0)()", "0-0:98.1.0[0][1-0:1.6.0][1-0:1.6.0][]")]
    [InlineData("1-0:1.8.0*255(000001.000*kWh)", "1-0:1.8.0[000001.000*kWh]")]
    [InlineData("1-0:1.8.0.255(000001.000*kWh)", "1-0:1.8.0[000001.000*kWh]")]
    [InlineData("1-0:1.8.0*1(000001.000*kWh)", "1-0:1.8.0*1[000001.000*kWh]")]
    [InlineData("255-254:255.255.255(1)", "255-254:255.255.255[1]")]
    public void A_data_object_is_reported_with_its_groups(string line, string expected)
    {
        var handler = Parse(line);

        Assert.Equal([expected], handler.Objects);
        Assert.Empty(handler.BadLines);
    }

    [Fact]
    public void A_value_wrapped_to_the_next_line_is_joined()
    {
        var handler = Parse("0-1:24.3.0(250120210000)(00)(60)(1)(0-1:24.2.1)(m3)", "(13376.292)", "0-1:24.4.0(1)");

        Assert.Equal(["0-1:24.3.0[250120210000][00][60][1][0-1:24.2.1][m3][13376.292]", "0-1:24.4.0[1]"], handler.Objects);
    }

    [Fact]
    public void A_value_wrapped_over_several_lines_is_joined()
        => Assert.Equal(["0-1:24.3.0[a][b][c]"], Parse("0-1:24.3.0", "(a)", "(b)", "(c)").Objects);

    [Fact]
    public void A_wrapped_value_with_LF_only_is_joined()
        => Assert.Equal(["0-1:24.3.0[a][b]"], RecordingHandler.Parse("/X\n\n0-1:24.3.0(a)\n(b)\n!"u8).Objects);

    [Theory]
    [InlineData("garbage", 0, LineFault.NoReference)]
    [InlineData("1-0:1.7(1*kW)", 7, LineFault.NoReference)]
    [InlineData("1-0:256.7.0(1*kW)", 7, LineFault.NoReference)]
    [InlineData("1-0:1000.7.0(1*kW)", 7, LineFault.NoReference)]
    [InlineData("1-0:1.7.0*(1*kW)", 10, LineFault.NoReference)]
    [InlineData(" 1-0:1.7.0(1*kW)", 0, LineFault.NoReference)]
    [InlineData("1-0:1.7.0", 9, LineFault.NoValueGroup)]
    [InlineData("1-0:1.7.0(00.500*kW", 19, LineFault.UnbalancedGroup)]
    [InlineData("1-0:1.7.0(00.500(*kW)", 16, LineFault.UnbalancedGroup)]
    [InlineData("1-0:1.7.0((ER11))", 10, LineFault.UnbalancedGroup)]
    [InlineData("1-0:1.7.0)00.500(", 9, LineFault.TextOutsideGroup)]
    [InlineData("1-0:1.7.0 (00.500*kW)", 9, LineFault.TextOutsideGroup)]
    [InlineData("1-0:1.7.0(00.500*kW)x", 20, LineFault.TextOutsideGroup)]
    [InlineData("1-0:1.7.0(1)(2)3(4)", 15, LineFault.TextOutsideGroup)]
    public void A_bad_line_is_reported_with_the_byte_that_is_wrong(string line, int faultAt, LineFault fault)
    {
        var handler = Parse("0-0:96.14.0(0001)", line, "1-0:2.7.0(00.000*kW)");

        Assert.Equal(["0-0:96.14.0[0001]", "1-0:2.7.0[00.000*kW]"], handler.Objects);
        var bad = Assert.Single(handler.BadLines);
        Assert.Equal((line, faultAt, fault), (bad.Line, bad.FaultAt, bad.Fault));
    }

    [Fact]
    public void A_group_that_continues_no_object_is_a_bad_line()
    {
        var handler = RecordingHandler.Parse("/X5\r\n(1*kW)\r\n1-0:2.7.0(1)\r\n!"u8);

        Assert.Equal(["1-0:2.7.0[1]"], handler.Objects);
        Assert.Equal(("(1*kW)", LineFault.NoReference), (handler.BadLines[0].Line, handler.BadLines[0].Fault));
    }

    [Fact]
    public void A_bad_line_says_where_in_the_telegram_it_stands()
    {
        var handler = Parse("0-0:96.14.0(0001)", "garbage");

        Assert.Equal(Some.Header.Length + 4 + 19, Assert.Single(handler.BadLines).Offset);
    }

    [Theory]
    [InlineData("/X5a b-\r\n\r\n1-0:1.7.0(1)\r\n!")]
    [InlineData("/X5a b-\r\n1-0:1.7.0(1)\r\n!")]
    [InlineData("/X5a b-\n\n1-0:1.7.0(1)\n!")]
    [InlineData("/X5a b-\r\n\r\n\r\n1-0:1.7.0(1)\r\n\r\n!")]
    [InlineData("/X5a b-\r\n1-0:1.7.0(1)!")]
    [InlineData("/X5a b-\r\n1-0:1.7.0(1)")]
    public void Blank_lines_and_line_ends_may_differ(string telegram)
    {
        var handler = RecordingHandler.Parse(Some.Latin(telegram));

        Assert.Equal("/X5a b-", handler.Header);
        Assert.Equal(["1-0:1.7.0[1]"], handler.Objects);
        Assert.Empty(handler.BadLines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/!")]
    [InlineData("!")]
    [InlineData("/X5\r\n!")]
    public void A_telegram_without_objects_has_none(string telegram)
    {
        var handler = RecordingHandler.Parse(Some.Latin(telegram));

        Assert.Empty(handler.Objects);
        Assert.Empty(handler.BadLines);
    }

    [Fact]
    public void Bytes_that_are_no_ASCII_stay_in_their_group()
    {
        var handler = RecordingHandler.Parse([.. "/X5\r\n\r\n0-0:96.13.0("u8, .. Enumerable.Repeat((byte)0xFF, 1024), .. ")\r\n!"u8]);

        Assert.Equal([$"0-0:96.13.0[{new string('\xFF', 1024)}]"], handler.Objects);
    }

    [Fact]
    public void Every_line_of_any_text_is_either_an_object_or_a_bad_line()
    {
        var letter = Gen.Elements("0123456789-:.*()()(),W kx".ToCharArray());
        var line = letter.ArrayOf().Select(static letters => new string(letters)).Where(static text => text.Length > 0 && text[0] != '(');
        Prop.ForAll(line.ArrayOf().ToArbitrary(), static lines =>
        {
            var handler = Parse(lines);
            return handler.Objects.Count + handler.BadLines.Count == lines.Length;
        }).Holds(1000);
    }

    [Fact]
    public void No_bytes_at_all_make_it_throw()
        => Prop.ForAll<byte[]>(static bytes => RecordingHandler.Parse(bytes) is not null).Holds(1000);

    static RecordingHandler Parse(params string[] lines)
        => RecordingHandler.Parse(Some.Latin($"{Some.Header}\r\n\r\n{string.Join("\r\n", lines)}{(lines.Length > 0 ? "\r\n" : "")}!"));
}
