namespace P1Bridge.Configuration;

/// <summary>The <c>meters</c> list.</summary>
sealed partial class BridgeBinder
{
    const string SourceHelp = "Where telegrams come from: a serial port, a TCP server, an MQTT topic, a web address, a recording (at once or replayed) or the simulator.";
    const string FoundByListening = "found by listening";
    const string NameHelp = "Level of this meter in topics; with several meters each needs one of its own.";

    static MeterOptions Meter(OptionsReader item, int index)
    {
        var standard = new MeterOptions { Source = new SimulatorSourceOptions() };
        // The source first: it is the one key that every item has, so it carries the dash in rendered files.
        var source = item.ParsedText("source", SourceHelp, "one of the forms " + SourceText.Forms, "/dev/ttyUSB0", ParseSource);
        var name = index == 0
            ? item.Text("name", standard.Name, NameHelp, TextRule.MeterName, note: "`meter`; required for all but the first")
            : item.RequiredText("name", NameHelp, TextRule.MeterName, "garage");
        if (index > 0) item.Require("name", "a name of its own for each meter, such as garage");
        return new()
        {
            Name = name,
            Source = source ?? standard.Source,
            Serve = Serve(item),
            BaudRate = item.WholeOrNone(
                "baud_rate", 300, 4_000_000, "Speed of the serial port in bits per second: 115200, or 9600 for meters before DSMR 4.", FoundByListening, "115200"),
            Format = item.OneOfOrNone(
                "format", "Data bits, parity and stop bits: 8N1, or 7E1 for meters before DSMR 4.", FoundByListening,
                ("8N1", SerialFormat.EightDataBitsNoParity), ("7E1", SerialFormat.SevenDataBitsEvenParity)),
            RequestLines = item.Switch(
                "request_lines", standard.RequestLines, "Raise RTS and DTR; many cables feed the meter's request line from them."),
            Http = item.Section("http", "How a web address (source: http:// or https://) is asked for telegrams.", section => Http(section, source)),
            Broker = item.Section(
                "broker", "Login at the broker of a source mqtt://host/topic; a source mqtt:topic takes that of the mqtt section.", section => Broker(section, source)),
            SilenceTimeout = item.Duration(
                "silence_timeout", standard.SilenceTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10),
                "Without a telegram for so long the meter counts as silent and the source is opened again."),
            StaleAfter = item.Duration(
                "stale_after", standard.StaleAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365),
                "A gas, water or heat value that its meter captured longer ago is held back."),
            TariffNames = item.Map(
                "tariff_names", "Names of the tariffs 1 to 4; what is not set is named by the meter's market.", "by the meter's market",
                ("1", "day"), ("2", "night"), ("3", "off_peak"), ("4", "peak")),
            IgnoreChecksum = Checksum(item, standard),
            DecryptionKey = item.SecretKey(
                "decryption_key", "Key of a meter that encrypts its telegrams (Luxembourg, parts of Austria); the grid operator gives it to you.",
                "0123456789ABCDEF0123456789ABCDEF"),
            AuthenticationKey = item.SecretKey(
                "authentication_key", "Authentication key that belongs to it; without, the one that Luxembourg publishes for all meters.",
                "00112233445566778899AABBCCDDEEFF"),
            CheckTag = Tag(item, standard),
            TargetDemand = item.Number(
                "target_demand", 0.1m, 1000m, "Quarter-hour demand not to exceed, in kW; gives target_headroom and demand_alarm.", "2.5"),
            CapacityTariff = item.OneOf(
                "capacity_tariff", standard.CapacityTariff,
                "Whether monthly peaks are billed (Flanders): then each counts as 2.5 kW at least, and their mean is published. auto: Belgian meters that send them.",
                ("auto", CapacityTariff.Auto), ("on", CapacityTariff.On), ("off", CapacityTariff.Off)),
            ContinuousTotals = item.Switch(
                "continuous_totals", standard.ContinuousTotals, "Also publish totals that go on where a replaced meter stopped."),
        };
    }

    static (SourceOptions?, string?) ParseSource(string text)
    {
        var source = SourceText.Parse(text, out var hint);
        return (source, hint);
    }

    static bool Tag(OptionsReader item, MeterOptions standard)
    {
        var isChecked = item.Switch(
            "check_tag", standard.CheckTag,
            "Use encrypted telegrams only when their tag proves them genuine; without, the checksum inside has to do.");
        var hasKey = !item.IsDefault("decryption_key") || !item.IsDefault("decryption_key_file");
        if (isChecked && hasKey && DecryptionKeys.ProblemOfTags is { } problem) item.Refuse("check_tag", problem + "; set check_tag to false");
        foreach (var key in (string[])["authentication_key", "authentication_key_file", "check_tag"])
        {
            if (!hasKey && !item.IsDefault(key)) item.Warn(key, "not used without a decryption_key");
        }
        return isChecked;
    }

    static ServeOptions? Serve(OptionsReader item)
    {
        var text = item.Text(
            "serve", "", "Hand the raw bytes on to other programs, as tcp://127.0.0.1:2000; empty: off. With 0.0.0.0 other machines can connect.", TextRule.Serve);
        var serve = ServeOptions.Parse(text, out _);
        if (serve is { IsOpenToOthers: true }) item.Warn("serve", "whoever reaches this machine over the network can read the meter");
        return serve;
    }

    static bool Checksum(OptionsReader item, MeterOptions standard)
    {
        var isIgnored = item.Switch(
            "ignore_checksum", standard.IgnoreChecksum, "Use telegrams with a wrong checksum too. For experiments; totals can become wrong.");
        if (isIgnored) item.Warn("ignore_checksum", "telegrams with a wrong checksum are used; totals can become wrong");
        return isIgnored;
    }
}
