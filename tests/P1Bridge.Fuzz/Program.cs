using System.Globalization;

namespace P1Bridge.Fuzz;

/// <summary>Reads mutated telegrams for as long as one likes: <c>--count N</c>, <c>--seconds N</c>, <c>--seed N</c>, <c>--round N</c>.</summary>
static class Program
{
    const string Usage = "usage: P1Bridge.Fuzz [--count N] [--seconds N] [--seed N] [--round N]; without bounds it reads 2000000 mutants";

    const long UsualCount = 2_000_000;

    static int Main(string[] arguments)
    {
        if (!TryReadBounds(arguments, out var bounds))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        Console.WriteLine($"seed {bounds.Seed}, {Specimen.All.Length} kinds of telegrams");
        var fuzzer = new Fuzzer(bounds);
        var failure = fuzzer.Run(static tally => Console.Error.Write($"\r{tally.Mutants} "));
        Console.Error.WriteLine();
        Console.WriteLine(fuzzer.Tally);
        if (failure is null) return 0;
        Console.WriteLine($"FAILED: {failure}");
        return 1;
    }

    static bool TryReadBounds(string[] arguments, out FuzzBounds bounds)
    {
        bounds = new FuzzBounds();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
            switch (arguments[i])
            {
                case "--count": bounds = bounds with { Count = value }; break;
                case "--seconds": bounds = bounds with { Duration = TimeSpan.FromSeconds(value) }; break;
                case "--seed": bounds = bounds with { Seed = value }; break;
                case "--round": bounds = bounds with { FirstRound = value }; break;
                default: return false;
            }
        }
        if (bounds is { Count: long.MaxValue, Duration: null }) bounds = bounds with { Count = UsualCount };
        return true;
    }
}
