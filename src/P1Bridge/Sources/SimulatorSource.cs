using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Sources;

/// <summary>A simulated house's meter: every second a telegram with values that fit each other, without any hardware.</summary>
sealed class SimulatorSource(Catalogue catalogue, SimulatorOptions options, TimeProvider time) : IByteSource
{
    readonly SimulatedTelegramWriter _writer = new(catalogue);
    HouseModel? _house;
    DateTimeOffset _start;
    long _startedAt;

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"simulator (seed {options.Seed}, speed {options.Speed})");

    /// <inheritdoc/>
    public bool EndsForGood => false;

    /// <summary>Never fails. Opened again, the house has lived on.</summary>
    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_house is null)
        {
            _startedAt = time.GetTimestamp();
            _start = options.Start ?? time.GetUtcNow();
            _house = new HouseModel(options.Seed, _start);
        }
        return ValueTask.FromResult<Stream>(new SimulatorStream(NextTelegram, time));
    }

    byte[] NextTelegram()
    {
        // Whole seconds: a timer that fires a millisecond late or early must not skip or repeat one.
        var elapsed = (decimal)Math.Round(time.GetElapsedTime(_startedAt).TotalSeconds) * options.Speed;
        _house!.AdvanceTo(_start.AddTicks((long)(elapsed * TimeSpan.TicksPerSecond)));
        return _writer.Write(HouseReport.Of(_house));
    }
}
