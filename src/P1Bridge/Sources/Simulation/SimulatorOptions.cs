namespace P1Bridge.Sources.Simulation;

/// <summary>A simulated house.</summary>
/// <param name="Seed">Which house and which days: the same seed and start give the same bytes.</param>
/// <param name="Speed">How many seconds pass on the meter in one real second; above 0. A telegram comes each real second, or as seldom as the profile says.</param>
/// <param name="Start">The meter's clock at the first telegram; null for now.</param>
sealed record SimulatorOptions(int Seed = 1, decimal Speed = 1, DateTimeOffset? Start = null)
{
    /// <summary>Which kind of meter; the usual one when nothing is said.</summary>
    public SimulatorProfile Profile { get; init; } = SimulatorProfile.Usual;
}
