using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Bridging;

/// <summary>
/// What a meter's pipeline must still know after a restart, as a small JSON file: see <see cref="MeterState"/>.
/// Written seldom, because it often lives on an SD card, and whole or not at all. Without it the bridge works, but cannot tell a
/// false first total.
/// </summary>
sealed class MeterMemory(string directory, string meter, MeterPipeline pipeline, TimeProvider time, ILogger log)
{
    static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);
    static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string _path = Path.Combine(directory, $"{meter}.json");
    long _savedAt = time.GetTimestamp();
    bool _isBroken;

    /// <summary>Reads the file, if there is one.</summary>
    public void Restore()
    {
        try
        {
            if (!File.Exists(_path)) return;
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            MeterState.Read(document.RootElement).Restore(pipeline);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            log.LogWarning("{Meter}: {Path} cannot be used and is ignored: {Reason}", meter, _path, exception.Message);
        }
    }

    /// <summary>Saves when it was not done for long.</summary>
    public void SaveIfDue()
    {
        if (time.GetElapsedTime(_savedAt) >= SaveInterval) Save();
    }

    /// <summary>Writes the file beside the old one and puts it in its place.</summary>
    public void Save()
    {
        _savedAt = time.GetTimestamp();
        if (MeterState.Of(pipeline).IsEmpty) return;
        try
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
