namespace P1Bridge.Sources.Simulation;

/// <summary>How the house is connected to the grid.</summary>
enum Wiring
{
    /// <summary>Three phases and a neutral, 3N400 V.</summary>
    ThreePhases,

    /// <summary>One phase.</summary>
    OnePhase,

    /// <summary>3x230 V without neutral.</summary>
    Delta,
}

/// <summary>What keeps the house warm.</summary>
enum HeatSource
{
    Gas,
    HeatPump,
    District,
}

/// <summary>What kind of house it is.</summary>
readonly record struct HouseKind(Wiring Wiring, HeatSource Heat);
