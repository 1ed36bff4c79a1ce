using System.Diagnostics;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Fuzz;

/// <summary>Bounds of a run.</summary>
/// <param name="Seed">Gives the mutants.</param>
/// <param name="Count">Most mutants.</param>
/// <param name="Duration">Longest time.</param>
/// <param name="FirstRound">Where to begin, to see one failure again.</param>
sealed record FuzzBounds(int Seed = 1, long Count = long.MaxValue, TimeSpan? Duration = null, long FirstRound = 0);

/// <summary>Why a run ended before its time.</summary>
/// <param name="What">What was wrong.</param>
/// <param name="File">Where the mutant lies.</param>
/// <param name="Again">How to see it again.</param>
sealed record FuzzFailure(string What, string File, string Again)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What}\nThe mutant: {File}\nAgain: {Again}";
}

/// <summary>Reads mutants until a bound is reached or something is wrong.</summary>
sealed class Fuzzer(FuzzBounds bounds, bool ignoreChecksum = false)
{
    /// <summary>A mutant takes less than a millisecond; a busy machine may stop us for seconds.</summary>
    static readonly TimeSpan Slow = TimeSpan.FromSeconds(10);

    /// <summary>What does not come back in this time never will.</summary>
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    readonly Stopwatch _watch = new();
    Round? _round;
    long _number;
    TimeSpan _mutantSince;

    /// <summary>What was seen.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Runs; null when nothing was wrong.</summary>
    public FuzzFailure? Run(Action<Tally>? progress = null)
    {
        var catalogue = CatalogueLoader.Load();
        _watch.Restart();
        using var watchdog = new Timer(_ => EndWhenHanging(), null, Hang, Hang / 4);
        for (_number = bounds.FirstRound; !IsDone(); _number++)
        {
            _round = new Round(catalogue, bounds.Seed, _number, Tally, ignoreChecksum);
            if (RunRound(_round) is { } fault) return Report(fault);
            if (_number % 1000 == 999) progress?.Invoke(Tally);
        }
        return null;
    }

    bool IsDone()
    {
        Tally.Elapsed = _watch.Elapsed;
        return Tally.Mutants >= bounds.Count || Tally.Elapsed >= bounds.Duration;
    }

    string? RunRound(Round round)
    {
        _mutantSince = _watch.Elapsed;
        try
        {
            if (round.Begin() is { } fault) return fault;
            for (var mutant = 0; mutant < Round.Mutants && !IsDone(); mutant++)
            {
                if (RunMutant(round, mutant) is { } found) return found;
            }
            return round.End();
        }
#pragma warning disable CA1031 // Any exception at all is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"an exception: {exception}";
        }
    }

    string? RunMutant(Round round, int mutant)
    {
        _mutantSince = _watch.Elapsed;
        var fault = round.Next(mutant);
        var taken = _watch.Elapsed - _mutantSince;
        Tally.Mutants++;
        if (taken > Tally.Longest) Tally.Longest = taken;
        return fault ?? (taken > Slow ? $"it took {taken.TotalSeconds:F1} s" : null);
    }

    FuzzFailure Report(string what)
    {
        var folder = Repository.PathOf("artifacts", "fuzz");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"seed-{bounds.Seed}-round-{_number}-mutant-{_round!.Mutant}.bin");
        File.WriteAllBytes(file, _round.Sent);
        return new FuzzFailure($"{_round.Specimen}, mutant {_round.Mutant}: {what}", file,
            $"dotnet run --project tests/P1Bridge.Fuzz -c Release -- --seed {bounds.Seed} --round {_number} --count {Round.Mutants}");
    }

    /// <summary>Nobody can take a thread back that hangs: the mutant is kept and the program ends.</summary>
    void EndWhenHanging()
    {
        if (_round is null || _watch.Elapsed - _mutantSince < Hang) return;
        Console.Error.WriteLine(Report($"it hangs since {Hang.TotalSeconds} s"));
        Environment.Exit(1);
    }
}
