using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;
using P1Bridge.Sources;

namespace P1Bridge.Outputs;

/// <summary>
/// An output and how it fares. After a fault it rests, longer each time; says "down" once and "up" once. Driven by one task; only
/// <see cref="Fault"/> is read by others.
/// </summary>
sealed class DrivenOutput(IOutput output, TimeProvider time, ILogger log)
{
    readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    long _restsSince;
    TimeSpan? _rest;
    string? _fault;

    /// <summary>The output's name.</summary>
    public string Name => output.Name;

    /// <summary>Each update counts.</summary>
    public bool WantsAll => output.WantsAll;

    /// <summary>Why it fails; null while it works.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>How much longer it rests; null when it does not.</summary>
    public TimeSpan? RestsFor => _rest - time.GetElapsedTime(_restsSince) is { } left && left > TimeSpan.Zero ? left : null;

    /// <summary>Writes an update; false when the output rests or fails.</summary>
    public async Task<bool> TryWriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (RestsFor is not null) return false;
        try
        {
            await output.WriteAsync(update, cancellation);
            Up();
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever an output throws, a time-out of its own too, the others and the reading go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Down(exception.Message);
            return false;
        }
    }

    void Up()
    {
        _backoff.Reset();
        _rest = null;
        if (_fault is not null) log.LogInformation("Output {Output} works again", Name);
        Volatile.Write(ref _fault, null);
    }

    void Down(string reason)
    {
        (_rest, _restsSince) = (_backoff.Next(), time.GetTimestamp());
        if (_fault is null) log.LogError("Output {Output} fails and will be tried again: {Reason}", Name, reason);
        Volatile.Write(ref _fault, reason);
    }
}
