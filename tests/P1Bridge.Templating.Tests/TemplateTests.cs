using P1Bridge.Templating.Tests.Support;

namespace P1Bridge.Templating.Tests;

public class TemplateTests
{
    [Fact]
    public void A_message_names_file_line_and_column_and_points_at_the_place()
    {
        var template = Template.Parse("one\n\t{{ 1 + }}\n", "things.scriban");

        var message = Assert.Single(template.Messages);
        Assert.True(template.HasErrors);
        Assert.Equal(("things.scriban", 2, 9), (message.File, message.Line, message.Column));
        Assert.Equal("things.scriban:2:9: A value is expected here instead of }}.\n\t{{ 1 + }}\n\t       ^", message.ToString());
    }

    [Fact]
    public void A_running_fault_names_its_place_too()
    {
        var fault = Assert.Throws<ScriptRuntimeException>(static () => Template.Parse("a\n{{ x.y }}", "items.scriban").Render());

        Assert.Equal((2, 5), (fault.Log.Line, fault.Log.Column));
        Assert.StartsWith("items.scriban:2:5: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_in_an_included_template_names_that_one()
    {
        var fault = Assert.Throws<ScriptRuntimeException>(static () => Template.Parse("{{ include 'broken' }}", "page").Render(TestModel.Context()));

        Assert.Equal(("includes/broken.txt", 2), (fault.Log.File, fault.Log.Line));
    }

    [Fact]
    public void A_long_line_is_shown_around_the_place()
    {
        var template = Template.Parse($"{new string('x', 5000)}{{{{ ] }}}}{new string('y', 5000)}");

        var message = Assert.Single(template.Messages);
        Assert.Equal(5004, message.Column);
        Assert.True(message.Excerpt.Length < 250);
        Assert.Equal(']', message.Excerpt[message.Excerpt.Split('\n')[1].Length - 1]);
    }

    [Fact]
    public void A_template_with_errors_is_not_rendered()
        => Assert.Contains("The template has errors", Assert.Throws<InvalidOperationException>(static () => Template.Parse("{{ ( }}").Render()).Message, StringComparison.Ordinal);

    [Fact]
    public void Rendering_leaves_the_model_as_it_was()
    {
        var model = new ScriptObject { ["x"] = 1 };

        Assert.Equal("2", Template.Parse("{{ x = 2; y = 3; x }}").Render(model));
        Assert.Equal(["x"], model.Keys);
        Assert.Equal(1L, model["x"]);
    }

    [Fact]
    public void What_a_template_assigns_stays_in_the_last_object_of_its_context()
    {
        var context = new TemplateContext();
        context.PushGlobal([]);

        Template.Parse("{{ x = 2; $y = 3 }}").Render(context);

        Assert.Equal("2", Template.Parse("{{ x }}{{ $y }}").Render(context));
        Assert.Equal(2L, context.PopGlobal()["x"]);
    }

    [Fact]
    public void An_object_added_later_hides_the_members_of_those_before()
    {
        var context = new TemplateContext();
        context.PushGlobal(new ScriptObject { ["a"] = 1, ["b"] = 1 });
        context.PushGlobal(new ScriptObject { ["b"] = 2 });

        Assert.Equal("12", Template.Parse("{{ a }}{{ b }}").Render(context));
    }

    [Fact]
    public void A_context_can_be_used_again_after_a_fault()
    {
        var context = TestModel.Context();
        Assert.Throws<ScriptRuntimeException>(() => Template.Parse("{{ func f(a); for i in 1..2; capture z; x.y; end; end; end; f 1 }}").Render(context));

        Assert.Equal("[Home]", Template.Parse("[{{ title }}{{ i }}{{ a }}]").Render(context));
    }

    [Fact]
    public void Members_get_the_names_that_templates_use()
    {
        var item = new ScriptObject();
        item.Import(("DeviceClass", "energy"), ("Id", 7), ("OBISReference", "x"), ("name", null));

        Assert.Equal("{device_class: \"energy\", id: 7, obisreference: \"x\", name: null}", Template.Parse("{{ item }}").Render(new ScriptObject { ["item"] = item }));
    }

    [Fact]
    public void A_value_of_another_type_is_refused_by_name()
        => Assert.Contains("sensor is a Uri", Assert.Throws<ArgumentException>(static () => new ScriptObject { ["sensor"] = new Uri("http://a") }).Message, StringComparison.Ordinal);

    [Fact]
    public void Indentation_can_be_turned_off()
    {
        var context = new TemplateContext { AutoIndent = false };

        Assert.Equal("  a\nb", Template.Parse("  {{ \"a\\nb\" }}").Render(context));
    }

    [Fact]
    public void Limits_can_be_raised()
    {
        var context = new TemplateContext { LoopLimit = 5000, RecursiveLimit = 300 };

        Assert.Equal("5000", Template.Parse("{{ c = 0; for i in 1..5000; c = i; end; c }}").Render(context));
        Assert.Equal("200", Template.Parse("{{ func f(n); if n == 200; ret n; end; ret f(n + 1); end; f 1 }}").Render(context));
    }

    [Fact]
    public void Numbers_are_written_the_same_in_every_culture()
    {
        var culture = Thread.CurrentThread.CurrentCulture;
        var comma = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            Thread.CurrentThread.CurrentCulture = comma;
            Assert.Equal("1.5 2.50 1.5 1.50", Template.Parse("{{ 1.5 }} {{ 2.50m }} {{ '1.5' | string.to_double }} {{ 1.5 | math.format '0.00' }}").Render());
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Several_threads_render_one_template()
    {
        var template = Template.Parse("{{ x = n; for i in 1..100; x = x + i; end; x }}");

        var all = Enumerable.Range(0, 200).AsParallel().Select(n => (n, text: template.Render(new ScriptObject { ["n"] = n }))).ToList();

        Assert.All(all, static one => Assert.Equal((one.n + 5050).ToString(System.Globalization.CultureInfo.InvariantCulture), one.text));
    }
}
