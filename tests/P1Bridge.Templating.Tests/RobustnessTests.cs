using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Templating.Tests.Support;

namespace P1Bridge.Templating.Tests;

/// <summary>Whatever is written in a template, it renders or is refused with a place; it never crashes and never runs on.</summary>
public class RobustnessTests
{
    static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20260, 11);

    /// <summary>Pieces that mean something, so that random rows of them get past the first token.</summary>
    static readonly string[] Pieces =
    [
        "{{ ", " }}", "{{~ ", " ~}}", "{{- ", " -}}", "{%{", "}%}", "\n", "\n  ", " ", "; ", "if ", "else", "else if ", "end", "for x in ", "for $i in ", "case ",
        "when ", "func f", "func f(a, b = 1, c...)", "ret ", "break", "continue", "capture y", "include 'card' ", "include 'itself'", "limit:2", " reversed",
        "x", "y", "items", "list", "o", "o.n.m", "o?.q", "n", "$", "$0", "f 1", "@f", "for.index", "x = ", "x += ", "x[2] = ", "1", "2.5", "1.5m", "9223372036854775807", "\"a\"",
        "'b'", "`c`", "$\"{", "}\"", "\"", "\\", "true", "null", "[", "]", "{", "}", "(", ")", ", ", ": ", " ? ", " : ", " ?? ", " && ", " || ", " == ", " < ", " + ", " - ", " * ",
        " / ", " // ", " % ", "..", "..<", "!", " | ", ".", ".size", ".empty?", "string.upcase", "string.append 'z'", "string.slice 1", "string.pad_left 3", "array.sort", "array.join ','",
        "array.map 'id'", "array.each @f", "array.cycle", "math.round 1", "math.plus 2", "object.to_json", "object.default 1", "date.parse '2024-01-01'", "date.to_string '%F'", "# ", "## ", "text", "é",
    ];

    [Fact]
    public void Text_without_braces_renders_to_itself()
        => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), static text =>
        {
            var plain = text.Get.Replace("{", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
            return Template.Parse(plain).Render() == plain;
        }).Check(Quick);

    [Fact]
    public void Any_text_in_a_code_block_is_rendered_or_refused_with_its_place()
        => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), static text => IsRenderedOrRefused($"a\n{{{{ {text.Get} }}}}")).Check(Quick);

    [Fact]
    public void Any_row_of_pieces_is_rendered_or_refused_with_its_place()
        => Prop.ForAll(Gen.Elements(Pieces).ListOf().ToArbitrary(), static pieces => IsRenderedOrRefused(string.Concat(pieces))).Check(Quick.WithMaxTest(10_000));

    [Fact]
    public void Any_statements_are_rendered_or_refused_with_their_place()
        => Prop.ForAll(Gen.Elements(Pieces).ListOf().ToArbitrary(), static pieces => IsRenderedOrRefused($"{{{{ for x in items\n{string.Concat(pieces)}\nend }}}}"))
            .Check(Quick.WithMaxTest(10_000));

    [Fact]
    public void Every_beginning_of_a_template_is_rendered_or_refused_with_its_place()
    {
        const string whole = "a {{~ for i in (1..3) limit:2 ~}} {{ $\"x{i}\" | string.pad_left 5 }}{%{ raw }%}{{ if i == 1; func f(a, b = 2); ret [a, {k: b}]; end; f i; else; `q`; end }} {{- end -}} z";

        Assert.All(Enumerable.Range(0, whole.Length + 1), length => Assert.True(IsRenderedOrRefused(whole[..length])));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("!")]
    [InlineData("- ")]
    [InlineData("{a:")]
    [InlineData("1 + (")]
    [InlineData("if x; ")]
    [InlineData("x ? ")]
    [InlineData("x ? 1 : ")]
    [InlineData("f ")]
    [InlineData("o.")]
    [InlineData("1 + ")]
    [InlineData("1 | ")]
    [InlineData("@")]
    [InlineData("$\"{")]
    public void Any_depth_is_refused_and_not_a_stack_overflow(string piece)
        => Assert.True(IsRenderedOrRefused($"{{{{ {string.Concat(Enumerable.Repeat(piece, 20_000))} }}}}"));

    static bool IsRenderedOrRefused(string text)
    {
        var template = Template.Parse(text, "random");
        if (template.HasErrors) return IsPlace(template.Messages[0], text);
        var context = TestModel.Context();
        (context.LoopLimit, context.RecursiveLimit, context.LimitToString) = (100, 20, 10_000);
        try
        {
            return template.Render(context).Length <= 2 * context.LimitToString;
        }
        catch (ScriptRuntimeException refused)
        {
            return refused.Log.File != "random" || IsPlace(refused.Log, text);
        }
    }

    static bool IsPlace(LogMessage message, string text)
    {
        var lines = text.Split('\n');
        return message.Line >= 1 && message.Line <= lines.Length && message.Column >= 1 && message.Column <= lines[message.Line - 1].Length + 1;
    }
}
