using P1Bridge.Core.Publishing;

namespace P1Bridge.Outputs;

/// <summary>
/// Somewhere readings go. Called by its <c>OutputRunner</c>, one call at a time. Lets exceptions out: the runner isolates,
/// waits and tries again with the latest update.
/// </summary>
interface IOutput
{
    /// <summary>Its name in logs and health.</summary>
    string Name { get; }

    /// <summary>
    /// It records: each update counts, and while it is busy they queue up to a bound. Others get the latest only, which holds all values.
    /// </summary>
    bool WantsAll => false;

    /// <summary>Takes a telegram's snapshot, or the news that a meter fell silent.</summary>
    ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation);
}
