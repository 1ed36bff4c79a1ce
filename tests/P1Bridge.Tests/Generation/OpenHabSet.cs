using System.Text.RegularExpressions;
using P1Bridge.Generation;

namespace P1Bridge.Tests.Generation;

sealed record SetChannel(string Uid, string Type, string Topic, string? Unit);

sealed record SetThing(string Uid, string Bridge, string AvailabilityTopic, List<SetChannel> Channels);

sealed record SetItem(string Type, string Name, string Label, List<string> Groups, List<string> Tags, string? Channel, string? Unit, string? Expire)
{
    public bool IsGroup => Type == "Group";
}

/// <summary>Things, items, sitemap and persistence as openHAB's grammars read them, as far as the generator writes them.</summary>
sealed partial class OpenHabSet
{
    public List<string> Bridges { get; } = [];

    public List<SetThing> Things { get; } = [];

    public List<SetItem> Items { get; } = [];

    /// <summary>Items that the sitemap or the persistence names.</summary>
    public List<(string Item, string Place)> References { get; } = [];

    public static OpenHabSet Read(IEnumerable<GeneratedFile> files)
    {
        var set = new OpenHabSet();
        foreach (var file in files)
        {
            switch (Path.GetExtension(file.Path))
            {
                case ".things": set.ReadThings(new(file.Path, file.Text)); break;
                case ".items": set.ReadItems(new(file.Path, file.Text)); break;
                case ".sitemap": set.ReadSitemap(new(file.Path, file.Text)); break;
                case ".persist": set.ReadPersistence(new(file.Path, file.Text)); break;
                case ".rules": set.ReadRules(file); break;
            }
        }
        return set;
    }

    void ReadThings(OpenHabText text)
    {
        while (!text.IsAtEnd)
        {
            if (text.Take("Bridge"))
            {
                Bridges.Add(text.Path());
                text.Text();
                Properties(text);
            }
            else Things.Add(ReadThing(text));
        }
    }

    static SetThing ReadThing(OpenHabText text)
    {
        text.Expect("Thing");
        var uid = text.Path();
        text.Text();
        text.Expect("(");
        var bridge = text.Path();
        text.Expect(")");
        var thing = new SetThing(uid, bridge, Properties(text)["availabilityTopic"], []);
        text.Expect("{");
        text.Expect("Channels");
        text.Expect(":");
        while (!text.Take("}"))
        {
            text.Expect("Type");
            var type = text.Name();
            text.Expect(":");
            var id = text.Name();
            text.Text();
            var properties = Properties(text);
            thing.Channels.Add(new SetChannel($"{uid}:{id}", type, properties["stateTopic"], properties.GetValueOrDefault("unit")));
        }
        return thing;
    }

    static Dictionary<string, string> Properties(OpenHabText text)
    {
        var properties = new Dictionary<string, string>();
        text.Expect("[");
        do
        {
            var name = text.Name();
            text.Expect("=");
            properties.Add(name, text.Value());
        }
        while (text.Take(","));
        text.Expect("]");
        return properties;
    }

    void ReadItems(OpenHabText text)
    {
        while (!text.IsAtEnd)
        {
            var (type, name, label) = (text.Path(), text.Name(), text.Text());
            text.Expect("<");
            text.Name();
            text.Expect(">");
            var groups = text.Is("(") ? Names(text, "(", ")") : [];
            var tags = Names(text, "[", "]");
            var metadata = text.Is("{") ? Metadata(text) : [];
            Items.Add(new SetItem(type, name, label, groups, tags, metadata.GetValueOrDefault("channel"), metadata.GetValueOrDefault("unit"), metadata.GetValueOrDefault("expire")));
        }
    }

    static List<string> Names(OpenHabText text, string open, string close)
    {
        var names = new List<string>();
        text.Expect(open);
        do names.Add(text.IsText ? text.Text() : text.Name());
        while (text.Take(","));
        text.Expect(close);
        return names;
    }

    static Dictionary<string, string> Metadata(OpenHabText text)
    {
        var metadata = new Dictionary<string, string>();
        text.Expect("{");
        do
        {
            var name = text.Name();
            text.Expect("=");
            metadata.Add(name, text.Text());
            if (text.Is("[")) Properties(text);
        }
        while (text.Take(","));
        text.Expect("}");
        return metadata;
    }

    void ReadSitemap(OpenHabText text)
    {
        text.Expect("sitemap");
        if (text.Name() is var name and not "p1bridge") throw new OpenHabSyntaxException($"the sitemap is called {name}, its file p1bridge");
        Label(text);
        Elements(text);
        if (!text.IsAtEnd) throw text.Wrong("the end");
    }

    void Elements(OpenHabText text)
    {
        text.Expect("{");
        var kinds = new List<bool>();
        while (!text.Take("}"))
        {
            var kind = text.Name();
            if (kind is not ("Frame" or "Text" or "Group" or "Chart")) throw text.Wrong("an element");
            kinds.Add(kind == "Frame");
            if (kind == "Frame") Label(text);
            else Element(text);
            if (text.Is("{")) Elements(text);
        }
        if (kinds.Count == 0) throw text.Wrong("an element, not an empty list of them");
        if (kinds.Distinct().Count() > 1) throw text.Wrong("frames only, or none");
    }

    static void Label(OpenHabText text)
    {
        text.Expect("label");
        text.Expect("=");
        text.Text();
    }

    void Element(OpenHabText text)
    {
        text.Expect("item");
        text.Expect("=");
        var place = text.Place;
        References.Add((text.Name(), place));
        while (text.Is("label") || text.Is("valuecolor") || text.Is("visibility") || text.Is("period") || text.Is("refresh") || text.Is("legend"))
        {
            var attribute = text.Name();
            text.Expect("=");
            if (attribute is "valuecolor" or "visibility") Conditions(text);
            else text.Any();
        }
    }

    void Conditions(OpenHabText text)
    {
        text.Expect("[");
        while (!text.Take("]"))
        {
            if (!text.Is("<") && !text.Is(">") && !text.Is(",") && !text.Is("=") && !text.IsText) References.Add((text.Name(), text.Place));
            while (!text.Is("]") && !text.Take(",")) text.Any();
        }
    }

    /// <summary>A programming language of its own; what is looked at is that the items it names are there.</summary>
    void ReadRules(GeneratedFile file)
        => References.AddRange(from Match match in ItemName().Matches(file.Text) select (match.Value, $"{file.Path}: rule"));

    [GeneratedRegex(@"\bP1_\w+")]
    private static partial Regex ItemName();

    void ReadPersistence(OpenHabText text)
    {
        text.Expect("Strategies");
        text.Expect("{");
        text.Name();
        text.Expect(":");
        text.Text();
        text.Expect("}");
        text.Expect("Items");
        text.Expect("{");
        // Without this line the other items of the house would not be stored any more.
        foreach (var word in (string[])["*", ":", "strategy", "=", "everyChange", ",", "everyMinute", ",", "restoreOnStartup"]) text.Expect(word);
        while (!text.Take("}"))
        {
            References.Add((text.Name(), text.Place));
            foreach (var word in (string[])["*", ":", "strategy", "=", "everyChange", ",", "everyMinute"]) text.Expect(word);
        }
    }
}
