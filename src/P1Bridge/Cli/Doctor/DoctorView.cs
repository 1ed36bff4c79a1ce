using System.Globalization;
using P1Bridge.Core.Diagnosis;
using Spectre.Console;

namespace P1Bridge.Cli.Doctor;

/// <summary>
/// Shows each result as it comes. On a terminal a line says meanwhile what is going on; otherwise that goes to <paramref name="progress"/>,
/// so that results stand alone.
/// </summary>
/// <param name="console">For the results; null: they are only collected (JSON is written at the end).</param>
/// <param name="progress">What is going on, a line each.</param>
sealed class DoctorView(IAnsiConsole? console, TextWriter progress)
{
    const int WidestText = 100;
    const int Margin = 10;

    readonly List<CheckResult> _results = [];

    /// <summary>Whether results say which meter they are about; of one alone it is plain.</summary>
    public bool NamesMeters { get; set; }

    /// <summary>All results so far.</summary>
    public IReadOnlyList<CheckResult> Results => _results;

    /// <summary>Takes and shows a result.</summary>
    public void Report(CheckResult result)
    {
        _results.Add(result);
        if (console is not null) Show(result);
    }

    /// <summary>Says what is going on while <paramref name="work"/> runs; it may tell the time it has taken.</summary>
    public Task<T> DuringAsync<T>(string title, Func<Action<TimeSpan>, Task<T>> work)
    {
        if (console is { Profile.Capabilities.Interactive: true, Profile.Capabilities.Ansi: true })
        {
            return console.Status().StartAsync(Markup.Escape(title), context => work(
                elapsed => context.Status = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{title}: {elapsed.TotalSeconds:0} s"))));
        }
        progress.WriteLine($"{title} ...");
        return work(static _ => { });
    }

    /// <summary>The last line.</summary>
    public void Conclude()
    {
        if (console is null) return;
        var (problems, warnings) = (_results.Count(static result => result.Status == CheckStatus.Problem), _results.Count(static result => result.Status == CheckStatus.Warning));
        var text = (problems, warnings) switch
        {
            (0, 0) => "Everything is fine.",
            (0, _) => $"{Counted.Of(warnings, "warning")}.",
            (_, 0) => $"{Counted.Of(problems, "problem")} found.",
            _ => $"{Counted.Of(problems, "problem")} found, {Counted.Of(warnings, "warning")}.",
        };
        console.WriteLine();
        console.WriteLine(text, new Style(problems > 0 ? Color.Red : warnings > 0 ? Color.Yellow : Color.Green));
    }

    void Show(CheckResult result)
    {
        var style = new Style(result.Status switch { CheckStatus.Problem => Color.Red, CheckStatus.Warning => Color.Yellow, CheckStatus.Ok => Color.Green, _ => Color.Grey });
        var label = CheckResult.Name(result.Status);
        console!.Write(new Text((result.IsFault ? label.ToUpperInvariant() : label).PadRight(Margin), style));
        Lines("", $"{Title(result)}: {result.Text}", isFirst: true);
        foreach (var detail in result.Details)
            Lines("- ", detail);
        for (var i = 0; i < result.Advice.Count; i++)
            Lines(result.Advice.Count == 1 ? "> " : $"{i + 1}. ", result.Advice[i]);
        if (result.Evidence is { } evidence) Lines("", $"Seen: {evidence}.");
        if (result.Recovered is not { } recovered) return;
        Lines("", result.Finding == LineFindings.Name(LineFinding.CrcErrors) ? "For example:" : "What can be read in it:");
        foreach (var line in recovered.Split('\n'))
            Lines("   ", line);
    }

    string Title(CheckResult result)
    {
        var check = result.Check.Replace('_', '-');
        var title = char.ToUpperInvariant(check[0]) + check[1..];
        if (result.Broker is { } broker) return $"{title} {broker}";
        return NamesMeters && result.Meter is { } meter ? $"{title} of {meter}" : title;
    }

    /// <summary>Words wrapped to the width, the first line behind <paramref name="bullet"/>, all behind the margin.</summary>
    void Lines(string bullet, string text, bool isFirst = false)
    {
        var width = Math.Max(40, Math.Min(console!.Profile.Width, WidestText)) - Margin - bullet.Length;
        foreach (var line in Wrap(text, width))
        {
            console.WriteLine((isFirst ? "" : new string(' ', Margin)) + bullet + line);
            (isFirst, bullet) = (false, new string(' ', bullet.Length));
        }
    }

    static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
