using System.Security;

namespace P1Bridge.Configuration;

/// <summary>Reads small files with messages that name the remedy.</summary>
static class FileText
{
    /// <summary>The whole file, or false and what is wrong, in words that follow "cannot read '...':".</summary>
    public static bool TryRead(string path, int largest, out byte[] bytes, out string problem)
    {
        (bytes, problem) = ([], "");
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[largest + 1];
            var count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (count > largest) problem = FormattableString.Invariant($"larger than {largest} bytes, so it is not the file that was meant");
            bytes = buffer[..Math.Min(count, largest)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            problem = Explain(path, failure);
        }
        return problem.Length == 0;
    }

    static string Explain(string path, Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        _ when Directory.Exists(path) => "it is a directory",
        UnauthorizedAccessException => "permission denied; let the account that runs the bridge read it",
        _ => Printable.Line(failure.Message),
    };
}
