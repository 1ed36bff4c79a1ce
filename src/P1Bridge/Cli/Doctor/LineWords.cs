using System.Globalization;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Doctor;

/// <summary>A line's diagnosis in plain words, for somebody with a cable in one hand. What to do about it: <see cref="LineAdvice"/>.</summary>
static class LineWords
{
    /// <summary>So many damaged telegrams are more than a nuisance.</summary>
    const decimal ManyDamaged = 0.1m;

    /// <summary>The result of the line check.</summary>
    public static CheckResult Describe(LineReport report)
    {
        var finding = Finding(report);
        return new CheckResult("line", Status(report), Text(report))
        {
            Meter = report.Meter.Name,
            Finding = report.IsWrongKey ? RejectReasons.Name(RejectReason.AuthFailed) : LineFindings.Name(finding),
            Confidence = report.Diagnosis.Confidence,
            Facts = report.Diagnosis.Facts,
            Evidence = finding == LineFinding.Ok ? null : Evidence(report),
            Recovered = finding == LineFinding.Ok ? null : report.Diagnosis.Recovered,
            Details = report.Tried.Count > 1 ? [$"tried: {report.TriedText}"] : [],
            Advice = LineAdvice.For(report),
        };
    }

    static LineFinding Finding(LineReport report)
    {
        if (!report.IsMisconfigured) return report.Diagnosis.Finding;
        return (report.Meter.BaudRate ?? report.Profile!.Value.BaudRate) == report.Profile!.Value.BaudRate ? LineFinding.WrongParity : LineFinding.WrongBaud;
    }

    static CheckStatus Status(LineReport report) => report.Diagnosis.Finding switch
    {
        _ when report.IsMisconfigured => CheckStatus.Problem,
        LineFinding.Ok => CheckStatus.Ok,
        LineFinding.CrcErrors when report.Fact("telegrams") > 0 && DamagedShare(report) < ManyDamaged => CheckStatus.Warning,
        _ => CheckStatus.Problem,
    };

    static string Text(LineReport report) => report.Diagnosis.Finding switch
    {
        _ when report.IsMisconfigured => $"The meter speaks {report.Profile}, but the configuration says {report.Tried[0]}.",
        LineFinding.Ok => Ok(report),
        LineFinding.CrcErrors => Damaged(report),
        LineFinding.Silent => Silent(report),
        LineFinding.InvertedSignal => "The signal is upside down: telegrams arrive, but nothing inverts them back.",
        LineFinding.WrongParity when report.Profile is { IsSevenEven: true } => "The meter sends 8N1, but the line is read as 7E1.",
        LineFinding.WrongParity => "The meter sends 7E1 (seven bits and a parity bit), but the line is read as 8N1.",
        LineFinding.WrongBaud when report.Fact("share_zero") > 0.9m => "The speed is wrong: the meter sends slower than the line is read (mostly 9600 instead of 115200).",
        LineFinding.WrongBaud => "The speed is probably wrong: the meter sends faster than the line is read (mostly 115200 instead of 9600).",
        LineFinding.Encrypted when report.IsWrongKey => "The telegrams are encrypted, and the key that is set does not open them.",
        LineFinding.Encrypted => "The telegrams are encrypted.",
        LineFinding.NotP1Hdlc => "This is no P1 port: the meter sends HDLC frames, as Norwegian meters do.",
        LineFinding.NotP1Mbus => "This is no P1 port: the meter sends M-Bus frames, as some Austrian meters do.",
        LineFinding.LineEnds => "The telegrams lost the CR at each line end on the way, so no checksum can match.",
        LineFinding.NoTelegram when report.Diagnosis.Recovered is not null => "Telegrams arrive, but none of them is whole: parts get lost on the way.",
        LineFinding.NoTelegram => "Readable text arrives, but no telegram: another device is behind this port.",
        LineFinding.Noise when report.IsRecording => "The bytes make no sense: no telegram, no other protocol, no known mistake in reading them.",
        LineFinding.Noise => "Bytes arrive, but they make no sense at any usual setting.",
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    static string Ok(LineReport report)
    {
        var count = report.Fact("telegrams");
        var telegrams = count == 1 ? "A good telegram" : $"{count} good telegrams";
        if (report.IsRecording) return $"{telegrams}.";
        var found = report.Profile is { } profile ? $" at {profile}{(report.Meter.BaudRate is null || report.Meter.Format is null ? " (found by listening)" : "")}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{telegrams} in {report.Fact("seconds")} s{found}, none damaged.");
    }

    static string Damaged(LineReport report)
    {
        var (good, damaged) = (report.Fact("telegrams"), report.Fact("damaged_telegrams"));
        return good == 0 ? "Telegrams arrive, but every one of them is damaged." : string.Create(CultureInfo.InvariantCulture, $"{damaged} of {good + damaged} telegrams arrive damaged ({DamagedShare(report):P0}).");
    }

    static string Silent(LineReport report)
    {
        if (report.IsRecording) return "The recording holds nothing: the line was silent.";
        if (report.IsGateway) return report.Heard.IsClosed ? $"{report.Meter.Source} takes the connection and ends it at once." : $"{report.Meter.Source} takes the connection, but sends nothing.";
        return report.Heard.IsClosed ? $"{report.Meter.Source} was unplugged while listening." : $"Nothing at all comes from {report.Meter.Source}.";
    }

    static decimal DamagedShare(LineReport report) => report.Fact("damaged_telegrams") / (report.Fact("telegrams") + report.Fact("damaged_telegrams"));

    static string Evidence(LineReport report)
    {
        var parts = new List<string> { report.IsRecording ? Counted.Of(report.Fact("bytes"), "byte") : string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(report.Fact("bytes"), "byte")} in {report.Fact("seconds")} s") };
        parts.Add(report.Fact("telegrams") + report.Fact("damaged_telegrams") == 0 ? "no telegram" : $"{report.Fact("telegrams")} good and {Counted.Of(report.Fact("damaged_telegrams"), "damaged telegram")}");
        // The shares tell misread bytes apart; of readable ones they tell nothing.
        if (report.Fact("bytes") == 0 || report.Fact("share_text") > 0.95m) return string.Join(", ", parts);
        foreach (var (name, words) in (ReadOnlySpan<(string, string)>)[("share_text", "readable"), ("share_bit_7", "with bit 7 set"), ("share_odd", "odd"), ("share_zero", "zero")])
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{report.Fact(name):P0} {words}"));
        if (report.Fact("frames") is var frames and > 0) parts.Add(Counted.Of(frames, "such frame"));
        return string.Join(", ", parts);
    }
}
