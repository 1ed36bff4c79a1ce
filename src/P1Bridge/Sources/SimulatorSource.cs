using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Sources;

/// <summary>A simulated house's meter: every second a telegram with values that fit each other, without any hardware.</summary>
sealed class SimulatorSource(Catalogue catalogue, SimulatorOptions options, TimeProvider time) : IByteSource
{
    readonly Func<HouseModel, byte[]> _write = WriterOf(options, catalogue);
    HouseModel? _house;
    DateTimeOffset _start;
    long _startedAt;

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"simulator ({options.Profile.Id}, seed {options.Seed}, speed {options.Speed})");

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
            _house = new HouseModel(options.Seed, _start, options.Profile.House);
        }
        return ValueTask.FromResult<Stream>(new SimulatorStream(NextTelegram, options.Profile.Interval, time));
    }

    static Func<HouseModel, byte[]> WriterOf(SimulatorOptions options, Catalogue catalogue)
    {
        if (options.Profile.Telegram.IsEmpty)
        {
            var all = new SimulatedTelegramWriter(catalogue);
            return house => all.Write(HouseReport.Of(house));
        }
        var writer = new ProfileTelegramWriter(options.Profile);
        if (options.Profile.Key.IsEmpty) return writer.Write;
        var cipher = new SimulatedCipher(options.Profile.Key);
        return house => cipher.Encrypt(writer.Write(house), house);
    }

    byte[] NextTelegram()
    {
        // Whole seconds: a timer that fires a millisecond late or early must not skip or repeat one.
        var elapsed = (decimal)Math.Round(time.GetElapsedTime(_startedAt).TotalSeconds) * options.Speed;
        _house!.AdvanceTo(_start.AddTicks((long)(elapsed * TimeSpan.TicksPerSecond)));
        return _write(_house);
    }
}
