using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Sources;

namespace P1Bridge.Cli.Doctor;

/// <summary>What was heard of a meter, for the report and the bundle.</summary>
/// <param name="Meter">Its name.</param>
/// <param name="Heard">What was heard with the profile that told most.</param>
/// <param name="Sampler">Its counters.</param>
sealed record MeterFile(string Meter, Heard Heard, LineSampler Sampler);

/// <summary>Opens a meter's source and listens, with one serial profile after the other where the line seems mis-set or silent.</summary>
sealed class LineCheck(MeterOptions meter, GuardOptions guard, Catalogue catalogue, ListenLimit limit, TimeProvider time)
{
    readonly List<(LineProfile? Profile, MeterFile File)> _tried = [];

    /// <summary>What was heard; null when the source could not be opened.</summary>
    public MeterFile? File { get; private set; }

    /// <summary>Runs the check and reports what it finds through <paramref name="view"/>.</summary>
    public async Task RunAsync(DoctorView view, CancellationToken cancellation)
    {
        var open = meter.Source is SerialSourceOptions ? Candidates() : [null];
        while (open.Count > 0)
        {
            var profile = open[0];
            open.RemoveAt(0);
            if (await TryAsync(profile, view, cancellation) is not { } file) break;
            _tried.Add((profile, file));
            if (!file.Heard.Diagnosis.IsWorthAnotherProfile) break;
            PutSameSpeedFirst(open, profile, file.Heard.Diagnosis);
        }
        if (_tried.Count == 0) return;
        var (best, found) = _tried.OrderByDescending(static attempt => Weight(attempt.File.Heard.Diagnosis)).First();
        File = found;
        view.Report(LineWords.Describe(new LineReport(meter, found.Heard, best, [.. _tried.Select(static attempt => attempt.Profile)])));
        if (found.Heard.Snapshot is { } snapshot) TelegramChecks.Run(meter, snapshot, view);
    }

    /// <summary>What is configured first, then what meters use otherwise.</summary>
    List<LineProfile?> Candidates()
        => [.. ProfileSearch.Candidates(meter.BaudRate, meter.IsSevenEven).Concat(LineProfile.Standard).Distinct().Select(static profile => (LineProfile?)profile)];

    /// <summary>Text that was readable but for its parity had the right speed.</summary>
    static void PutSameSpeedFirst(List<LineProfile?> open, LineProfile? profile, LineDiagnosis diagnosis)
    {
        if (diagnosis.Finding != LineFinding.WrongParity || profile is not { } tried) return;
        LineProfile? sameSpeed = tried with { IsSevenEven = !tried.IsSevenEven };
        if (open.Remove(sameSpeed)) open.Insert(0, sameSpeed);
    }

    async Task<MeterFile?> TryAsync(LineProfile? profile, DoctorView view, CancellationToken cancellation)
    {
        var source = SourceTable.Create(WithProfile(profile), catalogue, time);
        try
        {
            await using var line = await source.OpenAsync(cancellation);
            if (_tried.Count == 0) view.Report(new CheckResult("source", CheckStatus.Ok, $"{source.Description} can be opened.") { Meter = meter.Name });
            var sampler = new LineSampler(catalogue, meter.Decryption);
            var pipeline = new MeterPipeline(catalogue, MeterRuntime.PipelineOptions(meter, guard));
            var listener = new LineListener(sampler, pipeline, profile, limit, time);
            var heard = source.EndsForGood
                ? await listener.ListenAsync(source, line, static _ => { }, cancellation)
                : await view.DuringAsync(Title(source, profile), progress => listener.ListenAsync(source, line, progress, cancellation));
            return new MeterFile(meter.Name, heard, sampler);
        }
        catch (IOException exception)
        {
            view.Report(new CheckResult("source", CheckStatus.Problem, exception.Message) { Meter = meter.Name, Finding = FaultName(exception), Advice = SerialSource.IsBusy(exception) ? LineAdvice.Busy(meter) : [] });
            return null;
        }
    }

    MeterOptions WithProfile(LineProfile? profile) => profile is not { } fixedProfile ? meter : meter with
    {
        BaudRate = fixedProfile.BaudRate,
        Format = fixedProfile.IsSevenEven ? SerialFormat.SevenDataBitsEvenParity : SerialFormat.EightDataBitsNoParity,
    };

    string Title(IByteSource source, LineProfile? profile)
        => $"Listening to {source.Description}{(profile is { } known ? $" at {known}" : "")}, at most {limit.Longest.TotalSeconds:0} s";

    string FaultName(IOException exception)
        => SerialSource.FaultName(exception) ?? (meter.Source is TcpSourceOptions or HttpSourceOptions or MqttSourceOptions ? "unreachable" : "unreadable");

    static int Weight(LineDiagnosis diagnosis) => diagnosis.Finding switch
    {
        LineFinding.Silent => 0,
        LineFinding.Noise => 1,
        LineFinding.WrongBaud => 2 + (int)diagnosis.Confidence,
        LineFinding.WrongParity => 5 + (int)diagnosis.Confidence,
        _ => 10,
    };
}
