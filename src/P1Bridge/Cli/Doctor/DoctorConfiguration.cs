using P1Bridge.Configuration;

namespace P1Bridge.Cli.Doctor;

/// <summary>The configuration as far as there is one: who asks for a doctor may not have written it yet.</summary>
/// <param name="Loaded">The configuration; null when it cannot be used.</param>
/// <param name="HasMeter">Whether a source is configured.</param>
/// <param name="Result">What to say about it.</param>
sealed record DoctorConfiguration(LoadedOptions? Loaded, bool HasMeter, CheckResult Result)
{
    /// <summary>Nothing that needs a broker: then none need be configured.</summary>
    static readonly string[] WithoutBroker = ["homeassistant.enabled=false", "outputs.mqtt_values.enabled=false", "outputs.mqtt_json.enabled=false"];

    /// <summary>Loads through <paramref name="load"/>, which takes further settings; a missing broker and a missing meter are no error here.</summary>
    public static DoctorConfiguration Load(Func<string[], LoadedOptions> load)
    {
        if (Try(load, [], out var loaded, out _)) return Usable(loaded!);
        if (Try(load, WithoutBroker, out loaded, out var problems)) return Usable(loaded!);
        // The only thing left to say is that there is no meter.
        var isMeterMissing = problems.Count == 1 && problems[0].Contains(": meters: ", StringComparison.Ordinal);
        if (isMeterMissing && Try(load, [.. WithoutBroker, "meters.0.source=simulator"], out loaded, out _))
            return new DoctorConfiguration(loaded, false, WithoutMeter(loaded!));
        return new DoctorConfiguration(null, false, Unusable(problems));
    }

    static DoctorConfiguration Usable(LoadedOptions loaded)
    {
        var meters = loaded.Options.Meters;
        var text = $"{Place(loaded)}: {(meters.Count == 1 ? $"one meter at {meters[0].Source}" : $"{meters.Count} meters")}"
            + $", {BrokersOf(loaded.Options)}";
        return new DoctorConfiguration(loaded, true, new CheckResult("configuration", CheckStatus.Ok, text) { Details = loaded.Warnings });
    }

    static string BrokersOf(BridgeOptions options)
    {
        if (options.Mqtt.Host.Length == 0) return "no broker";
        return options.MoreBrokers.Count == 0 ? $"broker {options.Mqtt.Host}" : $"brokers {string.Join(", ", options.Brokers.Select(static broker => $"{broker.Name} ({broker.Host})"))}";
    }

    static CheckResult WithoutMeter(LoadedOptions loaded)
    {
        var ports = Sources.SerialSource.Ports;
        return new CheckResult("configuration", CheckStatus.Problem, $"{Place(loaded)}: no meter is configured.")
        {
            Finding = "no_meter",
            Details = [.. ports.Select(static port => $"port found: {port}")],
            Advice = ports.Count == 0
                ? ["No serial port was found on this machine. Plug the P1 cable in and try again; in a container, pass the port in (--device /dev/ttyUSB0).",
                    "A meter in the network is tried with: p1bridge doctor --source tcp://HOST:PORT"]
                : [$"Try a port: p1bridge doctor --source {ports[0]}", "When it works, write it into p1bridge.yaml as meters: - source: (README, \"Use it\")."],
        };
    }

    static CheckResult Unusable(IReadOnlyList<string> problems) => new("configuration", CheckStatus.Problem, "The configuration cannot be used.")
    {
        Finding = "configuration_unusable",
        Details = problems,
        Advice = ["Correct each line above: it names the place, the key and what was expected. 'p1bridge check-config' checks again."],
    };

    static string Place(LoadedOptions loaded) => loaded.File ?? "no configuration file (environment and command line only)";

    static bool Try(Func<string[], LoadedOptions> load, string[] more, out LoadedOptions? loaded, out IReadOnlyList<string> problems)
    {
        (loaded, problems) = (null, []);
        try
        {
            loaded = load(more);
            return true;
        }
        catch (ConfigurationException exception)
        {
            problems = exception.Problems;
            return false;
        }
    }
}
