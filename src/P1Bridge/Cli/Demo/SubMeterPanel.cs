using P1Bridge.Core.Publishing;
using static P1Bridge.Cli.Demo.DemoText;

namespace P1Bridge.Cli.Demo;

/// <summary>A gas, water or other sub-meter.</summary>
static class SubMeterPanel
{
    /// <summary>Its lines for an inner width.</summary>
    public static IEnumerable<string> Lines(DeviceSnapshot meter, int width)
    {
        var total = meter.Values.FirstOrDefault(static value => value.Row.IsTotal);
        yield return total is null ? "-" : $"[bold]{Left($"{total.Payload} {UnitOf(total.Row)}", width)}[/]";
        yield return $"[grey]{Left(total?.Time is { } read ? $"read {read:HH:mm:ss}" : "", width)}[/]";
        yield return $"[grey]{Left(Find(meter, "valve") is { } valve ? $"valve {valve}" : "", width)}[/]";
    }

    /// <summary>Its title: <c>gas</c>, <c>water</c>, <c>gas 2</c>.</summary>
    public static string Title(DeviceSnapshot meter)
    {
        var name = meter.TopicName.Replace('_', ' ');
        return char.ToUpperInvariant(name[0]) + name[1..];
    }
}
