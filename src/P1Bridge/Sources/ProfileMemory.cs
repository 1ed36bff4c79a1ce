using Microsoft.Extensions.Logging;
using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Sources;

/// <summary>
/// The serial profile that worked, as one line of text in the state directory, so that after a restart the first telegram is read at once.
/// Without it the search takes some seconds longer, so nothing that fails here is more than a line in the log.
/// </summary>
sealed class ProfileMemory(string directory, string meter, ILogger log)
{
    readonly string _path = Path.Combine(directory, $"{meter}.line");

    /// <summary>The profile that worked last time; null when there is none that can be used.</summary>
    public LineProfile? Read()
    {
        try
        {
            return File.Exists(_path) ? LineProfile.Parse(File.ReadAllText(_path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{Meter}: {Path} cannot be read and is ignored: {Reason}", meter, _path, exception.Message);
            return null;
        }
    }

    /// <summary>Remembers a profile.</summary>
    public void Write(LineProfile profile)
    {
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(_path, $"{profile}\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{Meter}: the serial profile cannot be stored: {Reason} Make {Directory} writable or set state_directory", meter, exception.Message, directory);
        }
    }
}
