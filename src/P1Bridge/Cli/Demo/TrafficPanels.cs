using System.Collections.Immutable;
using System.Globalization;
using static P1Bridge.Cli.Demo.DemoText;

namespace P1Bridge.Cli.Demo;

/// <summary>What went where: the last messages, the devices announced, the broker.</summary>
static class TrafficPanels
{
    /// <summary>The last messages, newest first.</summary>
    public static IEnumerable<string> Published(ImmutableArray<DemoPublication> publications, int width)
    {
        // Most topics are whole in 37 columns; the payload gets what is left.
        const int ageWidth = 4, topicColumns = 37;
        var payloadWidth = Math.Clamp(width - ageWidth - 2 - topicColumns, 10, 40);
        var topicWidth = width - ageWidth - payloadWidth - 2;
        if (publications.IsEmpty) yield return $"[grey]{Left("nothing yet", width)}[/]";
        foreach (var (topic, payload, age) in publications)
            yield return $"[grey]{Right(AgeText(age), ageWidth)}[/] {Tail(topic, topicWidth)} [aqua]{Left(payload ?? "(erased)", payloadWidth)}[/]";
    }

    /// <summary>The devices announced, and how many entities Home Assistant shows for each.</summary>
    public static IEnumerable<string> Discovery(ImmutableArray<DemoDevice> devices, int width)
    {
        const int countWidth = 12;
        if (devices.IsEmpty) yield return $"[grey]{Left("nothing yet", width)}[/]";
        foreach (var (name, entities) in devices)
            yield return $"[green]✓[/] {Left(name, width - 2 - countWidth)}{Right(Counted.Of(entities, "entity", "entities"), countWidth)}";
    }

    /// <summary>The broker and what was counted.</summary>
    public static IEnumerable<string> Broker(DemoState state, int width)
    {
        var (colour, word) = state.Broker switch
        {
            DemoBrokerState.Connected => ("green", "● connected"),
            DemoBrokerState.Connecting => ("yellow", "○ connecting"),
            _ => ("red", "○ away"),
        };
        var (left, right) = Spread(word, $"{state.BrokerHost}:{state.BrokerPort}", width);
        yield return $"[{colour}]{left}[/][grey]{right}[/]";
        yield return Left(Count(state.Published, "message", "messages") + " published", width);
        var errors = $", {Count(state.ChecksumErrors, "CRC error", "CRC errors")}";
        yield return state.ChecksumErrors == 0 ? Left(Count(state.Telegrams, "telegram", "telegrams") + errors, width)
            : $"[red]{Left(Count(state.Telegrams, "telegram", "telegrams") + errors, width)}[/]";
    }

    static string Count(long number, string one, string many)
        => string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {(number == 1 ? one : many)}");

    static string AgeText(TimeSpan age) => age < TimeSpan.FromMinutes(1) ? $"{(int)age.TotalSeconds} s"
        : age < TimeSpan.FromHours(1) ? $"{(int)age.TotalMinutes} m"
        : $"{(int)age.TotalHours} h";
}
