using Microsoft.Extensions.Logging;
using P1Bridge.Bridging;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Generation;

namespace P1Bridge.Outputs;

/// <summary>
/// Keeps openHAB's files up to date while the bridge runs: written when every meter has been heard of, and again when one sends other values
/// than before and has done so for a minute. What was changed by hand is kept, and said once.
/// </summary>
sealed class OpenHabOutput(BridgeOptions options, Catalogue catalogue, TimeProvider time, ILogger log) : IOutput
{
    /// <summary>One odd telegram makes no new files, and after the start values appear one after the other.</summary>
    static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(1);

    readonly SeenValues _seen = new(options.Publish.VanishedAfter);
    readonly HashSet<string> _said = [];
    string _written = "";
    string _shape = "";
    long _changedAt;
    bool _isKept;
    bool _isOwed;

    public string Name => "openhab";

    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot) return ValueTask.CompletedTask;
        _seen.Take(snapshot, time.GetUtcNow());
        if (!options.Meters.All(meter => _seen.Knows(meter.Name))) return ValueTask.CompletedTask;
        var meters = options.Meters.Select(meter => new ModelMeter(OutputTable.DiscoveryMeterOf(meter, catalogue), _seen.DevicesOf(meter.Name))).ToList();
        var shape = TemplateModel.ShapeOf(meters);
        if (shape != _shape) (_shape, _changedAt) = (shape, time.GetTimestamp());
        // What could not be written is due whatever changes meanwhile; waiting anew would look as if it worked again.
        if (shape == _written || (!_isOwed && time.GetElapsedTime(_changedAt) < SettleTime)) return ValueTask.CompletedTask;
        _isOwed = true;
        Generate(meters);
        (_written, _isOwed) = (shape, false);
        return ValueTask.CompletedTask;
    }

    void Generate(IReadOnlyList<ModelMeter> meters)
    {
        var model = OpenHabSettings.ModelOf(options);
        var templates = new TemplateFolder(options.OpenHab.Templates.Length > 0 ? options.OpenHab.Templates : null);
        templates.Check();
        var folder = new GeneratedFolder(options.OpenHab.Directory);
        var asYaml = options.OpenHab.AsYaml;
        var files = OpenHabFiles.Render(templates, TemplateModel.Of(catalogue, meters, model), $"{BridgeReports.Version}: {model.Command}", asYaml);
        var found = folder.Compare([.. files, .. OpenHabFiles.Unwanted(asYaml)]);
        foreach (var line in templates.Misspelt().Concat(OpenHabNotes.LoginOf(model) is { } login ? [login] : []).Where(_said.Add)) log.LogWarning("openHAB: {Note}", line);
        if (found.FirstOrDefault(static file => file.IsProtected) is { } inTheWay)
        {
            if (!_isKept) log.LogWarning("openHAB: {File} was changed by hand, so the files are left as they are; 'p1bridge generate-openhab --check' shows the difference", folder.PathOf(inTheWay.File));
            _isKept = true;
            return;
        }
        _isKept = false;
        var written = folder.Write(found).ToLookup(static file => file.File.IsUnwanted);
        if (written[false].Any()) log.LogInformation("openHAB: wrote {Files} below {Folder}", Counted.Of(written[false].Count(), "file"), options.OpenHab.Directory);
        foreach (var removed in written[true]) log.LogInformation("openHAB: removed {File}: with it openHAB would have everything twice", folder.PathOf(removed.File));
    }
}
