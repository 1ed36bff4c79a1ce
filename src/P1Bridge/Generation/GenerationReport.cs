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
            output.WriteLine($"{path}: {Describe(found)}");
            WriteDifference(found, output);
        }
        return files.Any(static file => file.IsDifferent) ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Writes the files, or says why not; the exit code.</summary>
    public static int Write(GeneratedFolder folder, IReadOnlyList<FoundFile> files, bool force, TextWriter output, TextWriter errors)
    {
        var inTheWay = files.Where(static file => file.IsProtected).ToList();
        if (inTheWay.Count > 0 && !force)
        {
            Complain(folder, inTheWay, errors);
            return ExitCodes.Failed;
        }
        var written = folder.Write(files);
        foreach (var found in written)
            output.WriteLine(found.File.IsUnwanted ? $"removed {folder.PathOf(found.File)}: openHAB would have everything twice" : $"wrote {folder.PathOf(found.File)}");
        foreach (var found in files.Where(static file => file.IsLeftAlone))
            output.WriteLine($"left {folder.PathOf(found.File)} alone: it is yours");
        if (written.Count == 0) output.WriteLine("Everything is up to date.");
        return ExitCodes.Done;
    }

    static void Complain(GeneratedFolder folder, List<FoundFile> inTheWay, TextWriter errors)
    {
        foreach (var found in inTheWay)
        {
            errors.WriteLine($"{folder.PathOf(found.File)}: {Describe(found)}");
            if (found.State == FileState.Edited) WriteDifference(found, errors);
        }
        errors.WriteLine("p1bridge: nothing was written. --force overwrites and keeps a copy; --templates DIR keeps a change for good.");
        if (inTheWay.Find(static file => file.File.IsUnwanted) is { } other)
            errors.WriteLine($"p1bridge: {folder.PathOf(other.File)} is of the other form (--yaml or not): keep one of the two. Delete it when nothing in it is needed any more.");
    }

    static string Describe(FoundFile found) => found switch
    {
        { File.IsUnwanted: true, State: FileState.Edited } => "changed by hand, and of the other form: openHAB has everything twice",
        { File.IsUnwanted: true } => "of the other form, to be removed: openHAB has everything twice",
        { State: FileState.Missing } => "missing",
        { State: FileState.Stale } => "stale",
        { State: FileState.Edited } => "changed by hand",
        { State: FileState.Foreign } => "not made by p1bridge",
        _ => "up to date",
    };

    /// <summary>What differs below the header, whose checksum differs with every line.</summary>
    static void WriteDifference(FoundFile found, TextWriter output)
    {
        if (found.State == FileState.Missing || found.File.IsUnwanted) return;
        var (body, headerLines) = GeneratedFile.BodyOf(found.Found);
        var lines = TextDifference.Of(body, GeneratedFile.BodyOf(found.File.Text).Body, headerLines + 1);
        if (lines.Count == 0) output.WriteLine("  only the header: made by another version or with other options");
        foreach (var line in lines.Take(LongestDifference))
            output.WriteLine($"  {ModelText.Clean(line)}");
        if (lines.Count > LongestDifference) output.WriteLine($"  ... and {Counted.Of(lines.Count - LongestDifference, "more line")}");
    }
}
