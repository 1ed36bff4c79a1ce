namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>What was found at the start.</summary>
/// <param name="Waiting">Messages that are not done, in order.</param>
/// <param name="NextSequence">Above everything that was ever used.</param>
/// <param name="Damaged">Segments of which a part, or all, could not be read; copies of them are set aside.</param>
sealed record LoadedJournal(IReadOnlyList<StoredMessage> Waiting, long NextSequence, int Damaged);

/// <summary>
/// Reads the segments. Each is read up to its first bad record and cut there. The torn end of the last one is what a crash leaves and
/// no damage; everything else that is cut away is kept as a copy first.
/// </summary>
static class JournalLoader
{
    public static LoadedJournal Load(JournalFolder folder, SegmentBook book)
    {
        var topics = new TopicCache();
        var messages = new List<StoredMessage>();
        var done = new DoneSet();
        var (next, damaged) = (1L, 0);
        var paths = folder.Segments();
        for (var i = 0; i < paths.Count; i++)
        {
            var bytes = JournalFolder.Read(paths[i]);
            var scan = SegmentScan.Of(bytes, topics);
            if (Repair(folder, paths[i], bytes.Length, scan, isLast: i == paths.Count - 1)) damaged++;
            if (scan.HeaderError is not null) continue;
            next = Math.Max(next, Take(scan, paths[i], book, messages, done));
        }
        if (done.Count > 0)
        {
            messages.RemoveAll(message =>
            {
                var isDone = done.Contains(message.Sequence);
                if (isDone) book.Done(message.Sequence);
                return isDone;
            });
        }
        return new LoadedJournal(messages, next, damaged);
    }

    // True when something was lost that a crash alone cannot explain.
    static bool Repair(JournalFolder folder, string path, int length, SegmentScan scan, bool isLast)
    {
        if (scan.HeaderError is not null)
        {
            var isTorn = isLast && length < JournalFormat.HeaderSize;
            if (!isTorn) folder.Quarantine(path);
            JournalFolder.Delete(path);
            return !isTorn;
        }
        if (scan.Ending == RecordState.End) return false;
        var isCrash = isLast && scan.Ending == RecordState.Torn;
        if (!isCrash) folder.Quarantine(path);
        JournalFolder.Cut(path, scan.GoodLength);
        return !isCrash;
    }

    static long Take(SegmentScan scan, string path, SegmentBook book, List<StoredMessage> messages, DoneSet done)
    {
        var segment = new Segment(path, scan.FirstSequence) { Bytes = scan.GoodLength };
        book.Add(segment);
        var next = scan.FirstSequence;
        foreach (var message in scan.Messages)
        {
            // A sequence that does not rise was not written by this program's rules; it would break the order.
            if (message.Sequence < next) continue;
            next = message.Sequence + 1;
            messages.Add(message);
            segment.Live++;
        }
        foreach (var range in scan.Done) done.Add(range);
        return Math.Max(next, scan.FirstSequence + 1);
    }
}
