using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>Reads the one-line form of a source.</summary>
static partial class SourceText
{
    /// <summary>All forms, for messages and documentation.</summary>
    public const string Forms =
        "/dev/ttyUSB0, COM3, serial:/path/of/device, tcp://host:port, mqtt:topic, mqtt://host:port/topic, http://host, https://host/path, " +
        "file:/path/of/recording, replay:/path/of/recording, replay:/path/of/recording,speed=10,loop, simulator or simulator:seed=7,speed=60,profile=1-phase";

    /// <summary>The speed that has no limit.</summary>
    public const string Unlimited = "max";

    const decimal Slowest = 0.01m;
    const decimal Fastest = 100_000m;

    /// <summary>What a speed may be, for messages.</summary>
    public const string SpeedRange = "speed is a number from 0.01 to 100000";

    static readonly string[] SimulatorKeys = ["seed", "speed", "profile"];
    static readonly string[] ReplayKeys = ["speed", "loop"];

    /// <summary>Reads a source; on failure <paramref name="hint"/> says what is wrong with this one, or is null.</summary>
    public static SourceOptions? Parse(string text, out string? hint)
    {
        hint = null;
        if (text != text.Trim() || text.Length == 0) return null;
        if (text.StartsWith("/dev/", StringComparison.Ordinal) || IsWindowsPort(text)) return new SerialSourceOptions(text);
        if (After(text, "serial:") is { } device) return Serial(device, ref hint);
        if (After(text, "tcp://") is { } address) return Tcp(address, ref hint);
        if (After(text, "mqtt://") is { } remote) return RemoteTopic(remote, ref hint);
        if (After(text, "mqtt:") is { } topic) return Topic(topic, ref hint) is { } name ? new MqttSourceOptions(name) : null;
        if (After(text, "mqtts://") is not null) hint = "write mqtt:// and set broker.tls.enabled of this meter";
        if (After(text, "http://") is not null || After(text, "https://") is not null) return Web(text, ref hint);
        if (After(text, "file:") is { } path) return Recording(path, ref hint);
        if (After(text, "replay:") is { } replay) return Replay(replay, ref hint);
        if (text == "simulator") return new SimulatorSourceOptions();
        if (After(text, "simulator:") is { } settings) return Simulator(settings, ref hint);
        if (Port(text) is { } port) hint = $"did you mean '{port}'?";
        else if (text.StartsWith('/')) hint = "write serial: before the path of a device, file: or replay: before the path of a recording";
        return null;
    }

    static SerialSourceOptions? Serial(string device, ref string? hint)
    {
        if (Port(device) is { } port) hint = $"did you mean '{port}'?";
        else if (device.Length > 0 && !device.StartsWith("//", StringComparison.Ordinal)) return new SerialSourceOptions(device);
        else hint = "the device is missing behind serial:";
        return null;
    }

    static FileSourceOptions? Recording(string path, ref string? hint)
        => RecordingPath(path, "file:", ref hint) is { } found ? new FileSourceOptions(found) : null;

    static string? RecordingPath(string path, string form, ref string? hint)
    {
        // file:///path is what a browser shows for /path.
        if (path.StartsWith("///", StringComparison.Ordinal)) path = path[2..];
        if (path.Length > 0 && !path.StartsWith("//", StringComparison.Ordinal)) return path;
        hint = $"the path is missing behind {form}";
        return null;
    }

    static ReplaySourceOptions? Replay(string text, ref string? hint)
    {
        var source = new ReplaySourceOptions("");
        // Commas are allowed in paths: what has a point or a slash behind its comma still belongs to one.
        while (text.LastIndexOf(',') is > 0 and var comma && text.AsSpan(comma).IndexOfAny('/', '\\') < 0)
        {
            var (name, value) = Split(text[(comma + 1)..]);
            if (name.Contains('.', StringComparison.Ordinal)) break;
            if (name == "loop" && value.Length == 0) source = source with { Loop = true };
            else if (name == "speed" && TryReadSpeed(value, out var speed)) source = source with { Speed = speed };
            else hint ??= ReplayHint(name);
            text = text[..comma];
        }
        return RecordingPath(text, "replay:", ref hint) is { } path && hint is null ? source with { Path = path } : null;
    }

    /// <summary>Reads how many times faster; null for <c>max</c>.</summary>
    public static bool TryReadSpeed(string text, out decimal? speed)
    {
        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var times) && times is >= Slowest and <= Fastest;
        speed = isNumber ? times : null;
        return isNumber || text == Unlimited;
    }

    static string ReplayHint(string name) => name switch
    {
        "speed" => $"{SpeedRange} or {Unlimited}",
        "loop" => "loop has no value",
        _ when NearestName.Find(name, ReplayKeys) is { } near => $"a replay does not know {Printable.Quoted(name)}; did you mean '{near}'?",
        _ => "a replay knows speed and loop",
    };

    static SimulatorSourceOptions? Simulator(string settings, ref string? hint)
    {
        var source = new SimulatorSourceOptions();
        foreach (var setting in settings.Split(','))
        {
            var (name, value) = Split(setting);
            if (name == "seed" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
                source = source with { Seed = seed };
            else if (name == "speed" && decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed)
                && speed is >= Slowest and <= Fastest)
                source = source with { Speed = speed };
            else if (name == "profile" && SimulatorProfileLoader.Names.Contains(value))
                source = source with { Profile = value };
            else
                hint ??= SimulatorHint(name, value);
        }
        return hint is null ? source : null;
    }

    static string SimulatorHint(string name, string value) => name switch
    {
        "seed" => "seed is a whole number from 0",
        "speed" => SpeedRange,
        "profile" when NearestName.Find(value, SimulatorProfileLoader.Names) is { } near => $"there is no profile {Printable.Quoted(value)}; did you mean '{near}'?",
        "profile" => $"the profiles are {string.Join(", ", SimulatorProfileLoader.Names)}",
        _ when NearestName.Find(name, SimulatorKeys) is { } near => $"the simulator does not know {Printable.Quoted(name)}; did you mean '{near}'?",
        _ => "the simulator knows seed, speed and profile",
    };

    static (string Name, string Value) Split(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (setting.Trim(), "") : (setting[..equals].Trim(), setting[(equals + 1)..].Trim());
    }

    static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    static bool IsWindowsPort(string text)
    {
        // \\.\COM10 is how Windows itself names ports from 10 on.
        var name = After(text, @"\\.\") ?? text;
        return name.Length is > 3 and < 7 && name.StartsWith("COM", StringComparison.OrdinalIgnoreCase) && name[3..].All(char.IsAsciiDigit);
    }
}
