namespace P1Bridge.Sources.Simulation;

/// <summary>A simulated house.</summary>
/// <param name="Seed">Which house and which days: the same seed and start give the same bytes.</param>
/// <param name="Speed">How many seconds pass on the meter in one real second; above 0. A telegram comes each real second.</param>
/// <param name="Start">The meter's clock at the first telegram; null for now.</param>
sealed record SimulatorOptions(int Seed = 1, decimal Speed = 1, DateTimeOffset? Start = null);
