using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Cli.Doctor;

/// <summary>How a check ended. From <see cref="Warning"/> on there is something to do.</summary>
enum CheckStatus { Ok, Note, Skipped, Warning, Problem }

/// <summary>What one check of <c>doctor</c> found, for people and for programs.</summary>
/// <param name="Check">Its name: <c>configuration</c>, <c>source</c>, <c>line</c>, <c>clock</c>, <c>values</c>, <c>sub_meters</c>, <c>broker</c>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Text">What was found, in plain words.</param>
sealed record CheckResult(string Check, CheckStatus Status, string Text)
{
    /// <summary>The meter it is about; null for the bridge as a whole.</summary>
    public string? Meter { get; init; }

    /// <summary>The name of the broker it is about; null when it is about none, or about the only one.</summary>
    public string? Broker { get; init; }

    /// <summary>The name of what was found, for programs.</summary>
    public string? Finding { get; init; }

    /// <summary>How sure that is; null where there is no doubt.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>What to do, the likeliest first.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>Single things that were found: values held back, settings that were tried.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Figures.</summary>
    public IReadOnlyList<LineFact> Facts { get; init; } = [];

    /// <summary>The figures in words.</summary>
    public string? Evidence { get; init; }

    /// <summary>Telegram lines that could be read in spite of the fault.</summary>
    public string? Recovered { get; init; }

    /// <summary>Whether there is something to do.</summary>
    public bool IsFault => Status >= CheckStatus.Warning;

    /// <summary>The name in machine output, for example <c>problem</c>.</summary>
    public static string Name(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Note => "note",
        CheckStatus.Skipped => "skipped",
        CheckStatus.Warning => "warning",
        CheckStatus.Problem => "problem",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
