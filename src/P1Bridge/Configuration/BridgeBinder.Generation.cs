using System.Text;
using P1Bridge.Generation;

namespace P1Bridge.Configuration;

/// <summary>The <c>openhab</c> section and the <c>outputs.messages</c> list.</summary>
sealed partial class BridgeBinder
{
    const int LargestTemplate = 65536;

    static OpenHabOptions OpenHab(OptionsReader section, string language)
    {
        var standard = new OpenHabOptions();
        var options = new OpenHabOptions
        {
            Directory = section.Text("directory", standard.Directory, "openHAB's conf folder, such as /etc/openhab; empty: no files.", TextRule.Any),
            OnChange = section.Switch(
                "on_change", standard.OnChange, "The running bridge writes the files, and writes them again when the meter sends something else than before. What was changed by hand is kept."),
            Version = section.OneOf("version", standard.Version, "Which openHAB reads the files.", ("5", "5"), ("4.3", "4.3")),
            AsYaml = section.Switch("yaml", standard.AsYaml, "Things and items as one YAML file, for openHAB 5.2."),
            Broker = section.Text("broker", standard.Broker, "UID of the broker thing that openHAB has already; empty: the files define one.", TextRule.BrokerUid),
            Prefix = section.Text("prefix", standard.Prefix, "First part of all item names.", TextRule.ItemPrefix),
            Language = section.OneOf("language", language, "Language of the labels.", ("en", "en"), ("nl", "nl"), ("fr", "fr"), ("de", "de")),
            Templates = section.Text("templates", standard.Templates, "Folder of your own templates; each one there takes the place of the built-in one.", TextRule.Any),
        };
        if (options is { AsYaml: true, Version: not "5" }) section.Refuse("yaml", "is for openHAB 5.2 and later; version says 4.3");
        return options;
    }

    static MessageOptions Message(OptionsReader item, int index)
    {
        var standard = new MessageOptions();
        var topic = item.RequiredText("topic", "Template of the topic; nothing is sent when it renders to nothing.", TextRule.Template, "home/{{ meter }}/power");
        item.Require("topic", "the template of a topic");
        var payload = item.Text("payload", standard.Payload, "Template of the payload; nothing is sent when it renders to nothing.", TextRule.Template);
        var file = item.Text("payload_file", "", "File with the template of the payload, in place of payload.", TextRule.Any);
        if (payload.Length > 0 && file.Length > 0) item.Refuse("payload_file", "'payload' is set as well; keep one of the two");
        if (file.Length > 0) payload = TemplateOf(item, file);
        if (payload.Length == 0 && topic.Length > 0 && !item.IsRefused("payload") && !item.IsRefused("payload_file"))
            item.Refuse("topic", "a message needs a 'payload' or a 'payload_file'");
        CheckTemplate(item, "topic", topic, "topic");
        CheckTemplate(item, file.Length > 0 ? "payload_file" : "payload", payload, file.Length > 0 ? file : "payload");
        return new()
        {
            Topic = topic,
            TopicPlace = FormattableString.Invariant($"outputs.messages[{index}].topic"),
            Payload = payload,
            PayloadPlace = file.Length > 0 ? file : FormattableString.Invariant($"outputs.messages[{index}].payload"),
            Each = item.OneOf(
                "each", standard.Each, "One message for each telegram of a meter, or for each gas, water or heat meter in it.",
                ("meter", MessageScope.Meter), ("sub_meter", MessageScope.SubMeter)),
            Broker = BrokerName(item),
            Retain = item.Switch("retain", standard.Retain, "Publish it retained."),
            MinimumInterval = item.Duration(
                "minimum_interval", standard.MinimumInterval, TimeSpan.Zero, Day, "Least time between two messages; 0s: one per telegram."),
        };
    }

    static string TemplateOf(OptionsReader item, string file)
    {
        if (FileText.TryRead(file, LargestTemplate, out var bytes, out var problem)) return Encoding.UTF8.GetString(bytes);
        item.Refuse("payload_file", $"cannot read '{file}': {problem}");
        return "";
    }

    /// <summary>A mistake in a template stops the start, like any other in the configuration.</summary>
    static void CheckTemplate(OptionsReader item, string key, string text, string place)
    {
        // Without this test the template language would be loaded for configurations that use none.
        if (text.Length == 0 || item.IsRefused(key)) return;
        if (TemplateEngine.ProblemOf(text, place) is { } problem) item.Refuse(key, problem);
    }
}
