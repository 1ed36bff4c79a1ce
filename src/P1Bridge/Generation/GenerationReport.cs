using P1Bridge.Cli;

namespace P1Bridge.Generation;

/// <summary>Tells the user what was written, what would be, and what stands in the way.</summary>
static class GenerationReport
{
    const int LongestDifference = 40;

    /// <summary>For <c>--check</c>: the difference of each file; the exit code.</summary>
    public static int Check(GeneratedFolder folder, IReadOnlyList<FoundFile> files, TextWriter output)
    {
        foreach (var found in files)
        {
            var path = folder.PathOf(found.File);
            if (found.IsLeftAlone) output.WriteLine($"{path}: a file of your own, left alone");
            if (!found.IsDifferent) continue;
            output.WriteLine($"{path}: {Describe(found.State)}");
            if (found.State != FileState.Missing) WriteDifference(path, found, output);
        }
        return files.Any(static file => file.IsDifferent) ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Writes the files, or says why not; the exit code.</summary>
    public static int Write(GeneratedFolder folder, IReadOnlyList<FoundFile> files, bool force, TextWriter output, TextWriter errors)
    {
        var inTheWay = files.Where(static file => file.IsProtected).ToList();
        if (inTheWay.Count > 0 && !force)
        {
            foreach (var found in inTheWay)
            {
                errors.WriteLine($"{folder.PathOf(found.File)}: {Describe(found.State)}");
                if (found.State == FileState.Edited) WriteDifference(folder.PathOf(found.File), found, errors);
            }
            errors.WriteLine("p1bridge: nothing was written. --force overwrites and keeps a copy; --templates DIR keeps a change for good.");
            return ExitCodes.Failed;
        }
        var written = folder.Write(files);
        foreach (var path in written)
            output.WriteLine($"wrote {path}");
        foreach (var found in files.Where(static file => file.IsLeftAlone))
            output.WriteLine($"left {folder.PathOf(found.File)} alone: it is yours");
        if (written.Count == 0) output.WriteLine("Everything is up to date.");
        return ExitCodes.Done;
    }

    static string Describe(FileState state) => state switch
    {
        FileState.Missing => "missing",
        FileState.Stale => "stale",
        FileState.Edited => "changed by hand",
        FileState.Foreign => "not made by p1bridge",
        _ => "up to date",
    };

    static void WriteDifference(string path, FoundFile found, TextWriter output)
    {
        var lines = TextDifference.Of(found.Found, found.File.Text);
        foreach (var line in lines.Take(LongestDifference))
            output.WriteLine($"  {path}:{ModelText.Clean(line)}");
        if (lines.Count > LongestDifference) output.WriteLine($"  ... and {Counted.Of(lines.Count - LongestDifference, "more line")}");
    }
}
