namespace P1Bridge.Cli.Demo;

/// <summary>The demo's moment as a line, for where there is no terminal to draw on.</summary>
static class DemoLine
{
    /// <summary>What was read, what went out, and why nothing goes out.</summary>
    public static string Of(DemoState state)
    {
        var telegrams = Counted.Of(state.Telegrams, "telegram");
        var values = state.Meters.SelectMany(static meter => meter.Devices).SelectMany(static device => device.Values);
        if (values.FirstOrDefault(static value => value.Row.Id == "power") is { } power) telegrams += $", power {power.Payload} kW";
        var broker = $"{state.BrokerHost}:{state.BrokerPort}";
        // What waits for a broker has not been published, and nobody has heard of the devices.
        return state.Broker switch
        {
            DemoBrokerState.Connected => $"{telegrams}, {Counted.Of(state.Published, "message")}, {Counted.Of(state.Devices.Length, "device")} announced",
            DemoBrokerState.Connecting => $"{telegrams}, connecting to the broker at {broker}",
            _ => $"{telegrams}, no connection to the broker at {broker}{(state.BrokerFault is { } fault ? $": {fault}" : "")}",
        };
    }
}
