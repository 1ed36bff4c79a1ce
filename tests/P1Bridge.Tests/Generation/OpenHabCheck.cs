using P1Bridge.Generation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

/// <summary>
/// What must hold between the files of a set, and between them and the topics: each item has its channel, each channel its topic and each topic
/// a channel; units belong to their dimension; tags are openHAB's and stand as its semantic model wants them.
/// </summary>
static class OpenHabCheck
{
    /// <summary>Units that openHAB reads, by the dimension of the item.</summary>
    static readonly Dictionary<string, string[]> Units = new()
    {
        ["Number:Energy"] = ["kWh", "MWh", "Wh", "GJ", "MJ", "kvarh", "varh"],
        ["Number:Power"] = ["kW", "W", "kVA", "VA", "kvar", "var"],
        ["Number:Volume"] = ["m³", "l"],
        ["Number:ElectricPotential"] = ["V"],
        ["Number:ElectricCurrent"] = ["A"],
        ["Number:Frequency"] = ["Hz"],
        ["Number:Time"] = ["s"],
    };

    static readonly Dictionary<string, (string Kind, decimal Since)> Tags = File.ReadLines(Repository.PathOf("tests", "data", "openhab-semantic-tags.csv"))
        .Skip(1).Select(static line => line.Split(',')).ToDictionary(static row => row[0], static row => (row[1], decimal.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Everything that is wrong.</summary>
    /// <param name="files">The set.</param>
    /// <param name="topics">What the bridge publishes retained.</param>
    /// <param name="version">The oldest openHAB that must take it.</param>
    public static List<string> Findings(IEnumerable<GeneratedFile> files, IReadOnlyCollection<string> topics, decimal version = 5.0m)
    {
        try
        {
            var set = OpenHabSet.Read(files);
            return [.. Things(set, topics), .. Items(set), .. Links(set), .. Semantics(set, version)];
        }
        catch (OpenHabSyntaxException exception)
        {
            return [exception.Message];
        }
    }

    static IEnumerable<string> Things(OpenHabSet set, IReadOnlyCollection<string> topics)
    {
        foreach (var uid in Doubles(set.Things.Select(static thing => thing.Uid).Concat(set.Things.SelectMany(static thing => thing.Channels, static (_, channel) => channel.Uid))))
            yield return $"{uid} is there twice";
        foreach (var thing in set.Things.Where(thing => !set.Bridges.Contains(thing.Bridge))) yield return $"{thing.Uid}: there is no bridge {thing.Bridge}";
        var used = set.Things.SelectMany(static thing => thing.Channels, static (_, channel) => channel.Topic).Concat(set.Things.Select(static thing => thing.AvailabilityTopic)).ToHashSet();
        foreach (var topic in used.Except(topics)) yield return $"nothing is published on {topic}";
        foreach (var topic in topics.Except(used)) yield return $"no channel uses {topic}";
        foreach (var channel in set.Things.SelectMany(static thing => thing.Channels).Where(static channel => channel.Type is not ("number" or "string" or "datetime")))
            yield return $"{channel.Uid} is of the unknown type {channel.Type}";
    }

    static IEnumerable<string> Items(OpenHabSet set)
    {
        foreach (var name in Doubles(set.Items.Select(static item => item.Name))) yield return $"{name} is there twice";
        foreach (var item in set.Items.Where(static item => !item.IsGroup))
        {
            if (!item.Name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || char.IsAsciiDigit(item.Name[0])) yield return $"{item.Name} is no name";
            if (item.Type.StartsWith("Number:", StringComparison.Ordinal) && !(Units.GetValueOrDefault(item.Type) ?? []).Contains(item.Unit))
                yield return $"{item.Name}: {item.Unit} is no unit of {item.Type}";
            if (!item.Type.Contains(':', StringComparison.Ordinal) && item.Unit is not null) yield return $"{item.Name}: {item.Type} has no unit";
            if (item.Type.Split(':')[0] is not ("Number" or "String" or "DateTime")) yield return $"{item.Name}: there is no type {item.Type}";
            if (!item.Label.EndsWith(']') || item.Label.Count(static letter => letter == '[') != 1 || item.Label.Count(static letter => letter == ']') != 1)
                yield return $"{item.Name}: the label '{item.Label}' has no format, or more than one";
        }
        foreach (var (item, place) in set.References.Where(reference => set.Items.All(item => item.Name != reference.Item))) yield return $"{place}: there is no item {item}";
    }

    static IEnumerable<string> Links(OpenHabSet set)
    {
        var channels = set.Things.SelectMany(static thing => thing.Channels).GroupBy(static channel => channel.Uid).ToDictionary(static group => group.Key, static group => group.First());
        foreach (var item in set.Items.Where(static item => item.Channel is not null))
        {
            if (!channels.Remove(item.Channel!, out var channel)) yield return $"{item.Name}: there is no channel {item.Channel}, or another item has it";
            else if (!string.Equals(channel.Type, item.Type.Split(':')[0], StringComparison.OrdinalIgnoreCase)) yield return $"{item.Name}: a {channel.Type} channel does not fit {item.Type}";
            else if (channel.Unit != item.Unit) yield return $"{item.Name}: the channel's unit is {channel.Unit}, the item's {item.Unit}";
        }
        foreach (var unused in channels.Keys) yield return $"no item is linked to {unused}";
    }

    static IEnumerable<string> Semantics(OpenHabSet set, decimal version)
    {
        var equipment = set.Items.Where(static item => item.IsGroup).Select(static item => item.Name).ToHashSet();
        foreach (var item in set.Items)
        {
            foreach (var tag in item.Tags.Where(tag => !Tags.TryGetValue(tag, out var known) || known.Since > version)) yield return $"{item.Name}: openHAB {version} has no tag {tag}";
            var kinds = string.Join(' ', item.Tags.Select(static tag => Tags.GetValueOrDefault(tag).Kind));
            if (item.IsGroup ? kinds != "Equipment" : kinds is not ("Point" or "Point Property")) yield return $"{item.Name}: the tags are {kinds}";
            if (!item.IsGroup && (item.Groups.Count != 1 || !equipment.Contains(item.Groups[0]))) yield return $"{item.Name} is in no meter's group";
        }
    }

    static IEnumerable<string> Doubles(IEnumerable<string> names) => names.GroupBy(static name => name).Where(static group => group.Count() > 1).Select(static group => group.Key);
}
