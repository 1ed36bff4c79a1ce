using P1Bridge.Core.Telegrams;
using Xunit.Abstractions;

namespace P1Bridge.Fuzz;

/// <summary>The short run that every change has to pass; the program of this project runs longer.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_minute_of_mutated_telegrams_gives_no_exception_no_hang_and_no_value_that_nobody_sent()
    {
        var fuzzer = new Fuzzer(new FuzzBounds(Duration: Minute));

        var failure = fuzzer.Run();

        output.WriteLine($"seed 1: {fuzzer.Tally}");
        Assert.True(failure is null, failure?.ToString());
        AssertTriedEverything(fuzzer.Tally);
    }

    [Fact]
    public void A_reader_that_takes_telegrams_with_wrong_checksums_is_found_out()
    {
        var failure = new Fuzzer(new FuzzBounds(Count: 1000), ignoreChecksum: true).Run();

        Assert.Contains("no right checksum", failure?.What, StringComparison.Ordinal);
        File.Delete(failure!.File);
    }

    /// <summary>A run whose mutants are all refused at once would prove nothing.</summary>
    static void AssertTriedEverything(Tally tally)
    {
        Assert.InRange(tally.Changed, tally.Mutants / 10, tally.Mutants);
        Assert.InRange(tally.Unchanged, tally.Mutants / 100, tally.Mutants);
        Assert.True(tally.OldKind > 0, "no telegram without checksum was taken");
        Assert.All(Enum.GetValues<RejectReason>().Except([RejectReason.KeyMissing]), reason => Assert.True(tally[reason] > 0, $"nothing was refused as {reason}"));
    }
}
