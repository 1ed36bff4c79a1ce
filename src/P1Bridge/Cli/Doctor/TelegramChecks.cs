using System.Globalization;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Cli.Doctor;

/// <summary>What a good telegram says about the meter's state: its clock, its sub-meters, values that are held back.</summary>
static class TelegramChecks
{
    static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Reports clock, sub-meters and values.</summary>
    public static void Run(MeterOptions meter, MeterSnapshot snapshot, DoctorView view)
    {
        // A recording's clock is long past, a simulated one runs as it likes.
        if (meter.Source is SerialSourceOptions or TcpSourceOptions or HttpSourceOptions or MqttSourceOptions && Clock(snapshot) is { } clock) view.Report(clock with { Meter = meter.Name });
        view.Report(SubMeters(meter, snapshot) with { Meter = meter.Name });
        view.Report(Values(snapshot) with { Meter = meter.Name });
    }

    /// <summary>The meter's clock against ours; null when it sends none.</summary>
    public static CheckResult? Clock(MeterSnapshot snapshot)
    {
        if (snapshot.Clock is not { } clock) return null;
        var ahead = clock - snapshot.ReceivedAt;
        if (ahead.Duration() <= ClockTolerance) return new CheckResult("clock", CheckStatus.Ok, "The meter's clock and this machine's agree.");
        return new CheckResult("clock", CheckStatus.Warning, $"The meter's clock is {ClockWatch.Words(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's.")
        {
            Finding = "clock_off",
            Facts = [new("seconds_ahead", Math.Round((decimal)ahead.TotalSeconds))],
            Details = [$"the meter says {Time(clock)}", $"this machine says {Time(snapshot.ReceivedAt.ToOffset(clock.Offset))}"],
            Advice =
            [
                "Compare both with a clock you trust.",
                "Is this machine's wrong? Switch on time synchronisation" + (OperatingSystem.IsLinux() ? ": sudo timedatectl set-ntp true" : " in its settings."),
                "Is the meter's wrong? Only the grid operator can set it; tell them. The quarter-hours of the capacity tariff follow the meter's clock.",
            ],
        };
    }

    /// <summary>Gas, water and heat meters behind the meter.</summary>
    public static CheckResult SubMeters(MeterOptions meter, MeterSnapshot snapshot)
    {
        var live = snapshot.Devices.Where(static device => device.ParentIdentity is not null).ToList();
        var dead = snapshot.Held.Where(static held => held.Id is { Length: > 0 } && held.TopicName.StartsWith("channel_", StringComparison.Ordinal)).ToList();
        var names = live.Count == 0 ? "none" : string.Join(", ", live.Select(static device => device.TopicName));
        if (dead.Count == 0) return new CheckResult("sub_meters", CheckStatus.Ok, live.Count == 0 ? "No sub-meter is connected." : $"{names}: read by the electricity meter.");
        // A meter that was replaced stays on its channel for ever; that is no fault while its successor is read.
        var isReplaced = dead.All(held => live.Any(device => device.Medium.Id == held.Id));
        var details = dead.Select(held => held.Issue == IssueClass.UnsetTimestamp
            ? $"{held.Id} on M-Bus {Channel(held)}: connected, but never read by the electricity meter"
            : $"{held.Id} on M-Bus {Channel(held)}: not read for more than {DurationText.Format(meter.StaleAfter)}");
        return new CheckResult("sub_meters", isReplaced ? CheckStatus.Note : CheckStatus.Warning, $"{(dead.Count == 1 ? "A sub-meter is" : $"{dead.Count} sub-meters are")} not read. Read ones: {names}.")
        {
            Finding = dead.Any(static held => held.Issue == IssueClass.UnsetTimestamp) ? "sub_meter_never_read" : "sub_meter_stale",
            Details = [.. details],
            Advice = isReplaced
                ? ["Nothing to do: it was replaced, and its successor is read."]
                : ["P1Bridge publishes nothing for it until the electricity meter reads it; a newly placed meter can take a day.",
                    "If it stays so: the radio or wired link between the meters is broken, or its battery is empty. Tell the grid operator."],
        };
    }

    /// <summary>Values that were sent but may not be published.</summary>
    public static CheckResult Values(MeterSnapshot snapshot)
    {
        var count = snapshot.Devices.Sum(static device => device.Values.Length);
        var held = snapshot.Held.Where(static held => !held.TopicName.StartsWith("channel_", StringComparison.Ordinal))
            .Select(static held => (Name: held.TopicName.Length == 0 ? held.Id : $"{held.TopicName}/{held.Id}", held.Issue)).Distinct().ToList();
        var text = string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(count, "value")} can be published");
        if (held.Count == 0) return new CheckResult("values", CheckStatus.Ok, $"{text}.");
        // Months without a peak are how a new meter's history begins.
        var isUsual = held.All(static value => value.Issue == IssueClass.UnsetTimestamp);
        return new CheckResult("values", isUsual ? CheckStatus.Note : CheckStatus.Warning, $"{text}, {held.Count} held back.")
        {
            Finding = "values_held",
            Details = [.. held.Select(static value => $"{value.Name}: {Reason(value.Issue)}")],
            Advice = isUsual
                ? ["Nothing to do: the meter has not filled them yet."]
                : ["Held values are not published, so nothing false reaches your smart home. If they stay, please report them with a bundle (p1bridge doctor --bundle FILE.zip)."],
        };
    }

    static string Channel(HeldValue held) => held.TopicName.Replace('_', ' ');

    static string Reason(IssueClass issue) => issue switch
    {
        IssueClass.UnitMismatch => "sent in a unit that does not fit",
        IssueClass.UnitMissing => "sent without its unit",
        IssueClass.NegativeValue => "below zero, where that cannot be",
        IssueClass.UnsetTimestamp => "its time was never set",
        IssueClass.BadTimestamp => "its time is no date",
        IssueClass.ImplausibleClock => "the meter's clock was never set",
        IssueClass.BadHex => "its text is damaged",
        IssueClass.BadNumber => "no number where one belongs",
        IssueClass.UnknownWord => "a state that P1Bridge does not know",
        IssueClass.TotalFell => "a counter that went back",
        IssueClass.TotalJumped => "a counter that rose faster than possible",
        IssueClass.Stale => "measured too long ago",
        IssueClass.Missing => "sent without a number",
        IssueClass.UnconfirmedIdentifier => "the meter's number is not the one before",
        _ => Issues.Name(issue),
    };

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
