using System.Globalization;
using System.Net;
using System.Text;
using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.Web;

/// <summary>The page: how the lines and the broker fare, and every value with its topic. It loads itself again and has no links.</summary>
static class StatusPage
{
    const string Head = """
        <!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
        <title>P1Bridge</title><style>
        body{font:15px/1.5 system-ui,sans-serif;margin:1.5em;max-width:60em;color:#1c1c1c;background:#fafafa}
        table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}td,th{text-align:left;padding:.25em .75em .25em 0;border-bottom:1px solid #ddd}
        td.n{text-align:right;font-variant-numeric:tabular-nums}code{color:#666;font-size:13px}.bad{color:#b00020}
        @media(prefers-color-scheme:dark){body{color:#e1e1e1;background:#111}td,th{border-color:#333}code{color:#999}.bad{color:#ff6e6e}}
        @media(max-width:40em){body{margin:1em}td:first-child{min-width:9em}td:nth-child(4){display:none}}
        </style></head><body>
        """;

    /// <summary>Renders it; names are in <paramref name="language"/>.</summary>
    public static string Render(IReadOnlyList<MeterRuntime> meters, IEnumerable<DrivenOutput> outputs, IReadOnlyList<BrokerRuntime> brokers, string language, Topics topics)
    {
        var page = new StringBuilder(Head);
        page.Append(CultureInfo.InvariantCulture, $"<h1>P1Bridge {BridgeReports.Version}</h1><table>");
        foreach (var meter in meters)
            Line(page, meter.Name, State(meter), meter.Runner.Fault is not null || !meter.Runner.IsReceiving);
        foreach (var broker in brokers)
            Line(page, BrokerName(broker.Options.Name, broker.Mqtt.Endpoint, brokers.Count), broker.Mqtt.Fault ?? broker.Mqtt.State, broker.Mqtt.Fault is not null);
        foreach (var output in outputs)
            Line(page, output.Name, output.Fault ?? "ok", output.Fault is not null);
        page.Append("</table>");
        foreach (var meter in meters)
        {
            if (meter.Latest is not { } latest) continue;
            foreach (var device in latest.Devices)
                Values(page, meter.Name, device, language, topics);
        }
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>One alone needs no name; of several it is what outputs call them by.</summary>
    internal static string BrokerName(string name, string endpoint, int count) => count > 1 ? $"MQTT {name} ({endpoint})" : $"MQTT {endpoint}";

    static string State(MeterRuntime meter)
    {
        if (meter.Runner.Fault is { } fault) return fault;
        var counters = meter.Reader.Counters;
        var age = meter.TelegramAge is { } seconds ? FormattableString.Invariant($"last telegram {seconds.TotalSeconds:0} s ago, ") : "no telegram yet, ";
        var held = meter.Latest?.Held.Length > 0 ? FormattableString.Invariant($", {meter.Latest.Held.Length} held back") : "";
        return age + FormattableString.Invariant($"{counters.Accepted} good, {counters.AllRefused} refused{held}");
    }

    static void Values(StringBuilder page, string meter, DeviceSnapshot device, string language, Topics topics)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(device.Medium.Names.In(language))} <code>{Text(device.Identity)}</code></h2><table>");
        foreach (var value in device.Values)
        {
            var name = value.Row.Names.In(language) + (value.Key == value.Row.Id ? "" : $" {value.Key[(value.Row.Id.Length + 1)..]}");
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(name)}</td><td class=\"n\">{Text(value.Payload)}</td><td>{Text(value.Row.Unit?.ToString() ?? "")}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td><code>{Text(topics.Value(meter, device.TopicName, value.Key))}</code></td></tr>");
        }
        page.Append("</table>");
    }

    static void Line(StringBuilder page, string name, string state, bool isBad)
        => page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th><td{(isBad ? " class=\"bad\"" : "")}>{Text(state)}</td></tr>");

    /// <summary>What comes from the meter may be anything.</summary>
    static string Text(string text) => WebUtility.HtmlEncode(text);
}
