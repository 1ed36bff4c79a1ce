using System.Globalization;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Bridging;

/// <summary>The one line that says that everything works: which meters there are, how many values, and where these go.</summary>
static class FirstTelegram
{
    /// <summary>The line for the first snapshot with a device in it.</summary>
    public static string Describe(MeterSnapshot snapshot, string destination)
    {
        var main = snapshot.Devices[0];
        var subMeters = snapshot.Devices.Skip(1).Select(static device => $"{device.TopicName} meter {device.Identity}").ToList();
        var name = main.Identity == snapshot.Name ? "an electricity meter that does not tell its number" : $"electricity meter {main.Identity}";
        var with = subMeters.Count == 0 ? "" : $" with {string.Join(", ", subMeters)}";
        var values = snapshot.Devices.Sum(static device => device.Values.Length);
        return string.Create(CultureInfo.InvariantCulture, $"the first telegram is in, from {name}{with}: {Counted.Of(values, "value")}, {destination}");
    }

    /// <summary>Where a meter's values go.</summary>
    public static string DestinationOf(BridgeOptions options, string meter)
    {
        var places = new List<string>();
        string[] names = [.. options.Outputs.MqttValues.Enabled ? [options.Outputs.MqttValues.Broker] : Array.Empty<string>(), .. options.Outputs.MqttJson.Enabled ? [options.Outputs.MqttJson.Broker] : Array.Empty<string>()];
        places.AddRange(names.Select(options.BrokerNamed).Distinct().Select(broker => $"below {broker.BaseTopic}/{meter}/ on {(options.MoreBrokers.Count > 0 ? $"{broker.Name} at " : "")}{broker.Host}"));
        if (options.HomeAssistant.Enabled) places.Add("to Home Assistant");
        if (options.Outputs.Console.Enabled) places.Add("to the terminal");
        // Not "published": the broker may be away, or refuse the password.
        return places.Count == 0 ? "which go nowhere: no output is on" : $"which go {string.Join(" and ", places)}";
    }
}
