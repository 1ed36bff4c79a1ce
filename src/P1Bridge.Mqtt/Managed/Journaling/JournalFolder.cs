namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>The files of a journal: reading, appending, cutting, deleting, setting aside. Decides nothing.</summary>
sealed class JournalFolder(string directory) : IDisposable
{
    const string Extension = ".journal";
    const string BadExtension = ".bad";
    const int MostBadFiles = 8;
    FileStream? _lock;
    FileStream? _active;

    public string Directory => directory;

    /// <summary>Creates the folder and claims it; two programs that write one journal would ruin it.</summary>
    public void Claim()
    {
        if (_lock is not null) return;
        System.IO.Directory.CreateDirectory(directory);
        _lock = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Paths of the segments, the oldest first: a name is the first sequence, with leading zeros.</summary>
    public IReadOnlyList<string> Segments() =>
        [.. System.IO.Directory.GetFiles(directory, "*" + Extension).Order(StringComparer.Ordinal)];

    public int QuarantinedCount() =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.GetFiles(directory, "*" + BadExtension).Length : 0;

    public static byte[] Read(string path) => File.ReadAllBytes(path);

    /// <summary>Keeps a copy of a damaged segment for a person to look at; of many, the newest.</summary>
    public void Quarantine(string path)
    {
        File.Copy(path, NewBadName(path));
        foreach (var old in System.IO.Directory.GetFiles(directory, "*" + BadExtension).OrderByDescending(File.GetCreationTimeUtc).Skip(MostBadFiles))
            File.Delete(old);
    }

    public static void Cut(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }

    public static void Delete(string path) => File.Delete(path);

    public Segment Create(long firstSequence)
    {
        CloseActive();
        var path = Path.Combine(directory, $"{firstSequence:D20}{Extension}");
        _active = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return new Segment(path, firstSequence);
    }

    public bool HasActive => _active is not null;

    public void Append(ReadOnlySpan<byte> bytes) => _active!.Write(bytes);

    public void FlushToDisk() => _active?.Flush(flushToDisk: true);

    public void CutActive(long length)
    {
        _active!.SetLength(length);
        _active.Position = length;
    }

    public void CloseActive()
    {
        _active?.Dispose();
        _active = null;
    }

    public void Dispose()
    {
        CloseActive();
        _lock?.Dispose();
        _lock = null;
    }

    static string NewBadName(string path)
    {
        var name = path + BadExtension;
        for (var i = 2; File.Exists(name); i++) name = $"{path}.{i}{BadExtension}";
        return name;
    }
}
