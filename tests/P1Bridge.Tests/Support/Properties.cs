using FsCheck;

namespace P1Bridge.Tests.Support;

/// <summary>Runs properties with a fixed seed, so that a failure comes again.</summary>
static class Properties
{
    public static void Holds(this Property property, int cases = 200)
        => property.Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(2_025_110_517, 534_801));
}
