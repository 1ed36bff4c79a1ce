namespace P1Bridge.Configuration;

/// <summary>Finds the known name that somebody who mistyped probably meant.</summary>
static class NearestName
{
    const int MostEdits = 3;
    const int ShortestPart = 4;

    /// <summary>
    /// The nearest of <paramref name="known"/>, or null when none is near. A third of the letters may differ, three at most;
    /// case does not count, two swapped neighbours count once. Failing that, a name that contains the other (<c>hostname</c>, <c>host</c>).
    /// </summary>
    public static string? Find(string unknown, IEnumerable<string> known)
    {
        var names = known as IReadOnlyCollection<string> ?? [.. known];
        var wanted = unknown.ToLowerInvariant();
        // Of a single letter nothing may differ: it would be near to everything.
        var limit = Math.Min(Math.Clamp(wanted.Length / 3, 1, MostEdits), wanted.Length - 1);
        string? best = null;
        foreach (var name in names)
        {
            if (Math.Abs(name.Length - wanted.Length) > limit) continue;
            var distance = Distance(wanted, name.ToLowerInvariant());
            if (distance > limit) continue;
            best = name;
            limit = distance - 1; // Only a nearer one replaces it, so the first of equals wins.
        }
        return best ?? names.FirstOrDefault(name => Contains(wanted, name.ToLowerInvariant()));
    }

    static bool Contains(string one, string other) =>
        Math.Min(one.Length, other.Length) >= ShortestPart
        && (one.Contains(other, StringComparison.Ordinal) || other.Contains(one, StringComparison.Ordinal));

    /// <summary>Edits (insert, remove, replace, swap of two neighbours) that turn one text into the other.</summary>
    public static int Distance(string from, string to)
    {
        var before = new int[to.Length + 1];
        var last = Enumerable.Range(0, to.Length + 1).ToArray();
        var row = new int[to.Length + 1];
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[to.Length];
    }
}
