using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Bridging;

/// <summary>
/// What a meter's pipeline must still know after a restart, as a small JSON file: see <see cref="MeterState"/>.
/// Written seldom, because it often lives on an SD card, and whole or not at all: soon after the start, at once when a meter was replaced
/// or moved, else each ten minutes. Without it the bridge works, but cannot tell a false first total.
/// </summary>
sealed class MeterMemory(string directory, string meter, MeterPipeline pipeline, TimeProvider time, ILogger log)
{
    static readonly TimeSpan FirstSaveAfter = TimeSpan.FromMinutes(1);
    static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);
    static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(30);
    static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string _path = Path.Combine(directory, $"{meter}.json");
    long _savedAt;
    TimeSpan _interval = FirstSaveAfter;
    int? _savedMeters;
    bool _hasBegun;
    bool _isBroken;

    /// <summary>Reads the file, if there is one.</summary>
    public void Restore()
    {
        try
        {
            if (!File.Exists(_path)) return;
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            MeterState.Read(document.RootElement).Restore(pipeline);
            _savedMeters = Meters();
        }
#pragma warning disable CA1031 // Whatever is wrong with the file, the bridge works without it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.LogWarning("{Meter}: {Path} cannot be used and is ignored: {Reason}", meter, _path, exception.Message);
        }
    }

    /// <summary>Called with each telegram: saves when it was not done for long, or when a meter is another or elsewhere than stored.</summary>
    public void SaveIfDue()
    {
        if (!_hasBegun) Begin();
        var elapsed = time.GetElapsedTime(_savedAt);
        if (elapsed >= _interval || (elapsed >= ShortestInterval && Meters() != _savedMeters)) Save();
    }

    /// <summary>Writes the file beside the old one and puts it in its place.</summary>
    public void Save()
    {
        (_savedAt, _interval, _savedMeters) = (time.GetTimestamp(), SaveInterval, Meters());
        if (MeterState.Of(pipeline).IsEmpty) return;
        Try(() =>
        {
            Directory.CreateDirectory(directory);
            var temporary = _path + ".new";
            using (var file = new FileStream(temporary, FileMode.Create))
            {
                using (var json = new Utf8JsonWriter(file, Layout))
                    MeterState.Of(pipeline).Write(json);
                // A power cut must find the old file or the new one.
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, _path, overwrite: true);
        });
    }

    /// <summary>A meter that is not the stored one is stored at once; the first one ever a little later, when its sub-meters are known too.</summary>
    void Begin()
    {
        _hasBegun = true;
        _savedAt = time.GetTimestamp();
        var isOther = _savedMeters is { } saved && saved != Meters();
        _savedMeters ??= Meters();
        if (isOther) Save();
        else Try(Probe);
    }

    /// <summary>Whoever set a folder that cannot be written wants to know it now.</summary>
    void Probe()
    {
        Directory.CreateDirectory(directory);
        var probe = _path + ".probe";
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }

    /// <summary>Which meters there are, and where the sub-meters are: changes a few times in a house's life.</summary>
    int Meters()
    {
        var hash = 0;
        // Added up, because neither has an order of its own.
        foreach (var place in pipeline.SubMeters.Places)
            hash += HashCode.Combine(place.Identity, place.Medium, place.Number);
        foreach (var total in pipeline.Guard.Totals)
            hash += HashCode.Combine(total.Meter, total.Id);
        return hash;
    }

    void Try(Action write)
    {
        try
        {
            write();
            if (_isBroken) log.LogInformation("{Meter}: last good totals are stored again", meter);
            _isBroken = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_isBroken)
                log.LogWarning("{Meter}: last good totals cannot be stored: {Reason} Make {Directory} writable or set state_directory", meter, exception.Message, directory);
            _isBroken = true;
        }
    }
}
