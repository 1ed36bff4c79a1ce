using System.CommandLine;
using P1Bridge.Configuration;
using P1Bridge.Generation;

namespace P1Bridge.Cli;

/// <summary>What a user of <c>generate-openhab</c> asked for. <see cref="Problem"/>: what is wrong with it.</summary>
sealed record OpenHabRequest(BridgeOptions Options, ModelOptions Model)
{
    public string? Output { get; init; }
    public string? Templates { get; init; }
    public string? ModelFile { get; init; }
    public bool FromBroker { get; init; }
    public bool AsYaml { get; init; }
    public bool Force { get; init; }
    public bool IsCheck { get; init; }
    public string? Problem { get; init; }
}

/// <summary>The options of <c>generate-openhab</c>.</summary>
sealed class GenerateOpenHabArguments
{
    readonly ConfigurationArguments _configuration = new();
    readonly DecryptionArguments _keys = new();
    readonly Option<string?> _from = new("--from") { Description = "Take the telegrams from a file instead of the configured meter", HelpName = "FILE" };
    readonly Option<bool> _fromBroker = new("--from-broker") { Description = "Take what a running bridge has published, from the configured broker" };
    readonly Option<string?> _output = new("--output", "-o") { Description = "openHAB's conf folder, such as /etc/openhab", HelpName = "DIR" };
    readonly Option<string?> _version = new("--openhab") { Description = "Which openHAB reads the files: 5 or 4.3", HelpName = "5|4.3" };
    readonly Option<string?> _broker = new("--broker") { Description = "The broker thing that openHAB has already, by its UID such as mqtt:broker:home. The broker's address is another thing: --set mqtt.host=HOST", HelpName = "UID" };
    readonly Option<bool> _withBroker = new("--with-broker") { Description = "Define the broker thing too, at the configured mqtt.host and without login; so it is unless --broker names one" };
    readonly Option<string?> _prefix = new("--prefix") { Description = "First part of all item names", HelpName = "NAME" };
    readonly Option<string?> _language = new("--language") { Description = "Language of the labels: en, nl, fr or de (default: that of the configuration)", HelpName = "en|nl|fr|de" };
    readonly Option<string?> _templates = new("--templates") { Description = "Folder of your own templates; each one there takes the place of the built-in one", HelpName = "DIR" };
    readonly Option<string?> _model = new("--model") { Description = "Write what templates are rendered with, as JSON; - for standard output", HelpName = "FILE" };
    readonly Option<bool> _yaml = new("--yaml") { Description = "Things and items as one YAML file, for openHAB 5.2" };
    readonly Option<bool> _force = new("--force") { Description = "Also overwrite files that were changed by hand; a copy is kept" };
    readonly Option<bool> _check = new("--check") { Description = "Write nothing; exit with 1 and show the difference when files are stale or changed by hand" };

    public void AddTo(Command command)
    {
        _version.AcceptOnlyFromAmong("5", "4.3");
        _language.AcceptOnlyFromAmong([.. Core.Measurements.Names.Languages]);
        foreach (var option in (Option[])[_from, _fromBroker, _output, _check, _force, _version, _language, _broker, _withBroker, _prefix, _templates, _model, _yaml])
            command.Options.Add(option);
        _keys.AddTo(command, _from);
        _configuration.AddTo(command, withBroker: false);
    }

    public OpenHabRequest Read(ParseResult result)
    {
        var fromBroker = result.GetValue(_fromBroker);
        var options = Load(result, fromBroker);
        // What the command line does not say is what the running bridge goes by, so that both write the same.
        var asked = options.OpenHab;
        var broker = result.GetValue(_broker);
        asked = asked with
        {
            Directory = result.GetValue(_output) ?? asked.Directory,
            Version = result.GetValue(_version) ?? asked.Version,
            Broker = broker ?? asked.Broker,
            Prefix = result.GetValue(_prefix) ?? asked.Prefix,
            Language = result.GetValue(_language) ?? asked.Language,
            Templates = result.GetValue(_templates) ?? asked.Templates,
            AsYaml = result.GetResult(_yaml) is { Implicit: false } ? result.GetValue(_yaml) : asked.AsYaml,
        };
        options = options with { OpenHab = asked };
        return new OpenHabRequest(options, OpenHabSettings.ModelOf(options, result.GetValue(_withBroker)))
        {
            Output = asked.Directory.Length > 0 ? asked.Directory : null,
            Templates = asked.Templates.Length > 0 ? asked.Templates : null,
            ModelFile = result.GetValue(_model),
            FromBroker = fromBroker,
            AsYaml = asked.AsYaml,
            Force = result.GetValue(_force),
            IsCheck = result.GetValue(_check),
            Problem = ProblemOf(result, asked, broker),
        };
    }

    BridgeOptions Load(ParseResult result, bool fromBroker)
    {
        if (fromBroker) return _configuration.Load(result, GenerationInput.WithoutMeter).Options;
        IReadOnlyList<string> source = result.GetValue(_from) is { } file ? [$"meters.0.source=file:{file}"] : [];
        var options = _configuration.Load(result, [.. source, .. ConfigurationArguments.WithoutOutputs]).Options;
        // Nothing is published here, but what the running bridge publishes depends on this one.
        var announces = _configuration.Load(result, [.. source, "mqtt.host=localhost"]).Options.HomeAssistant.Enabled;
        options = options with { HomeAssistant = options.HomeAssistant with { Enabled = announces } };
        return source.Count > 0 ? OneMeter(options, result) : options;
    }

    /// <summary>The file takes the place of the first meter; the others are not asked.</summary>
    BridgeOptions OneMeter(BridgeOptions options, ParseResult result) => options with { Meters = [_keys.ApplyTo(options.Meters[0], result)] };

    /// <summary>Other commands take the broker's address by the same name.</summary>
    static string NotUid(string broker)
    {
        var text = $"--broker: '{ModelText.Clean(broker)}' is not the UID of a broker thing; expected mqtt:broker: and letters, digits, _ or -, as openHAB shows it.";
        if (broker.StartsWith("mqtt:", StringComparison.Ordinal)) return text;
        return $"{text} To set the broker's address: {string.Join(' ', ConfigurationArguments.BrokerSettings(ModelText.Clean(broker)).Select(static setting => $"--set {setting}"))}";
    }

    string? ProblemOf(ParseResult result, OpenHabOptions asked, string? broker)
    {
        if (asked.Directory.Length == 0 && result.GetValue(_model) is null) return "--output is missing: openHAB's conf folder, such as /etc/openhab (or --model FILE, to see what templates get).";
        if (asked.Directory.Length == 0 && result.GetValue(_check)) return "--check needs --output: the folder to be checked.";
        if (result.GetValue(_from) is not null && result.GetValue(_fromBroker)) return "--from and --from-broker are two sources; choose one.";
        if (result.GetValue(_check) && result.GetValue(_force)) return "--check writes nothing, so --force has no meaning beside it.";
        if (broker is not null && !TextRule.BrokerUid.Matches(broker))
            return NotUid(broker);
        if (asked.AsYaml && asked.Version != "5") return "--yaml is for openHAB 5.2 and later.";
        if (result.GetValue(_prefix) is { } prefix && !TextRule.ItemPrefix.Matches(prefix)) return "--prefix: expected a letter, and letters, digits and _ behind it, 32 at most.";
        return null;
    }
}
