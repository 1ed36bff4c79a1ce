using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Cli.Doctor;

/// <summary>All checks, in the order in which a telegram comes: configuration, source, line, what it says, broker.</summary>
sealed class Examination(DoctorView view, Catalogue catalogue, ListenLimit limit, TimeProvider time)
{
    readonly List<MeterFile> _files = [];

    /// <summary>What was heard of the meters that could be opened.</summary>
    public IReadOnlyList<MeterFile> Files => _files;

    /// <summary>Examines a recorded line: no configuration, no broker.</summary>
    public Task ExamineFileAsync(MeterOptions file, CancellationToken cancellation) => ExamineMeterAsync(file, new GuardOptions(), cancellation);

    /// <summary>Examines everything that is configured.</summary>
    public async Task ExamineAsync(DoctorConfiguration configuration, CancellationToken cancellation)
    {
        view.Report(configuration.Result);
        if (configuration.Loaded is not { Options: var options }) return;
        view.NamesMeters = options.Meters.Count > 1;
        if (configuration.HasMeter)
        {
            foreach (var meter in options.Meters)
                await ExamineMeterAsync(meter, options.Guard, cancellation);
        }
        if (options.Mqtt.Host.Length == 0) view.Report(BrokerCheck.None);
        else await ExamineBrokersAsync(options, cancellation);
    }

    /// <summary>Each one, also after one that fails: they have nothing to do with each other.</summary>
    async Task ExamineBrokersAsync(BridgeOptions options, CancellationToken cancellation)
    {
        foreach (var broker in options.Brokers)
        {
            var check = new BrokerCheck(broker, isOneOfSeveral: options.MoreBrokers.Count > 0, time);
            view.Report(await view.DuringAsync($"Connecting to the {check.Title} at {broker.Host}", _ => check.RunAsync(cancellation)));
        }
    }

    async Task ExamineMeterAsync(MeterOptions meter, GuardOptions guard, CancellationToken cancellation)
    {
        var check = new LineCheck(meter, guard, catalogue, limit, time);
        await check.RunAsync(view, cancellation);
        if (check.File is { } file) _files.Add(file);
    }
}
