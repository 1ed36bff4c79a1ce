using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Cli.Doctor;

/// <summary>All that is known of a line when words are to be found for it.</summary>
/// <param name="Meter">The meter as configured.</param>
/// <param name="Heard">What told most.</param>
/// <param name="Profile">The profile it was heard with; null when the line has none.</param>
/// <param name="Tried">All profiles that were tried.</param>
sealed record LineReport(MeterOptions Meter, Heard Heard, LineProfile? Profile, IReadOnlyList<LineProfile?> Tried)
{
    /// <summary>What was found on the line.</summary>
    public LineDiagnosis Diagnosis => Heard.Diagnosis;

    /// <summary>Whether the line is behind a network gateway, which has settings of its own.</summary>
    public bool IsGateway => Meter.Source is TcpSourceOptions;

    /// <summary>Whether the line is a recording.</summary>
    public bool IsRecording => Meter.Source is FileSourceOptions;

    /// <summary>Whether telegrams came with another profile than the one that is configured.</summary>
    public bool IsMisconfigured => Profile is { } heard
        && Diagnosis.Finding is LineFinding.Ok or LineFinding.CrcErrors
        && ((Meter.BaudRate ?? heard.BaudRate) != heard.BaudRate || (Meter.IsSevenEven ?? heard.IsSevenEven) != heard.IsSevenEven);

    /// <summary>Whether the telegrams are encrypted with another key than the one that is set.</summary>
    public bool IsWrongKey => Diagnosis.Finding == LineFinding.Encrypted && Meter.DecryptionKey.IsSet;

    /// <summary>The profiles that were tried, in words.</summary>
    public string TriedText => string.Join(", ", Tried.Where(static profile => profile is not null));

    /// <summary>A figure of the diagnosis; zero when it has none of that name.</summary>
    public decimal Fact(string name) => Diagnosis.Facts.FirstOrDefault(fact => fact.Name == name).Value;
}
