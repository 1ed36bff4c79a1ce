using System.CommandLine;
using System.CommandLine.Help;

namespace P1Bridge.Cli.Messaging;

/// <summary>
/// <c>p1bridge mqtt pub|sub</c>: speaks MQTT with the bridge's own client, so that trouble of the broker can be told from trouble of the
/// bridge. Options are named as in mosquitto_pub and mosquitto_sub; nothing is sent that was not asked for.
/// </summary>
static class MqttCommand
{
    const string Name = "mqtt";

    public static Command Create() => new(Name, "Publish and subscribe with the bridge's own MQTT client") { PublishCommand.Create(), SubscribeCommand.Create() };

    /// <summary>
    /// The words of the command line as the parser understands them: here the word behind an option belongs to it whatever it looks
    /// like, so that <c>-m -5</c> and <c>-m @home</c> are messages.
    /// </summary>
    public static string[] Spell(string[] words, RootCommand root)
    {
        if (words.Length < 2 || words[0] != Name) return words;
        var command = root.Subcommands.First(static command => command.Name == Name).Subcommands.FirstOrDefault(command => command.Name == words[1]);
        if (command is null) return words;
        KeepHostApart(root);
        return [words[0], words[1], .. Spell(words.AsSpan(2), command)];
    }

    /// <summary>In <c>pub</c> and <c>sub</c> -h is the host, as in mosquitto's programs; elsewhere it asks for help.</summary>
    static void KeepHostApart(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().First();
        root.Options[root.Options.IndexOf(help)] = new HelpOption("--help", "-?") { Description = help.Description };
    }

    static List<string> Spell(ReadOnlySpan<string> words, Command command)
    {
        var spelt = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            var option = command.Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));
            var values = option is null || option.ValueType == typeof(bool) || option.ValueType == typeof(void) ? 0
                : option.Name == PropertyArguments.Name ? PropertyArguments.WordsBehind(words[(i + 1)..])
                : 1;
            values = Math.Min(values, words.Length - i - 1);
            if (values == 0) spelt.Add(word);
            for (; values > 0; values--) spelt.AddRange(Glue(word, words[++i]));
        }
        return spelt;
    }

    /// <summary>An empty value would be lost behind the sign.</summary>
    static string[] Glue(string option, string value) => value.Length == 0 ? [option, value] : [$"{option}={value}"];
}
