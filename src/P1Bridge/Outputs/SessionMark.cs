using System.Text;

namespace P1Bridge.Outputs;

/// <summary>
/// Remembers over a restart that a broker keeps a session for this bridge: a client of MQTT 5 that knows of none must not take one up
/// (section 3.2.2.1.1). Nothing else of a session is kept between two processes, because nothing else is needed: records are in their journal, and
/// everything that is retained is published anew at each start.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="session">Endpoint and client identifier: another one is another session.</param>
sealed class SessionMark(string path, string session)
{
    /// <summary>Whether an earlier process left one.</summary>
    public bool IsSet
    {
        get
        {
            try
            {
                // Its size first: whatever else lies there is not to fill the memory.
                return new FileInfo(path) is { Exists: true } file && file.Length == Encoding.UTF8.GetByteCount(Text) && File.ReadAllText(path) == Text;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Without a mark the session begins anew: what the broker kept for the time of the restart is lost, and nothing else.
                return false;
            }
        }
    }

    /// <summary>Notes whether the broker keeps the session that has begun.</summary>
    public void Note(bool isKept)
    {
        try
        {
            if (!isKept) File.Delete(path);
            else if (!IsSet)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, Text);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // That the state directory cannot be written is said for the totals already, which matter more.
        }
    }

    string Text => $"{session}\n";
}
