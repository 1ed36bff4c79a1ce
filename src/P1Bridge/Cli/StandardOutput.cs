using System.Text;
using Microsoft.Win32.SafeHandles;

namespace P1Bridge.Cli;

/// <summary>
/// Standard output that notices when nobody reads it any more. The runtime's own passes over a closed pipe without a word, so that
/// <c>p1bridge demo | head</c> would go on for ever.
/// </summary>
static class StandardOutput
{
    const int BrokenPipe = 32;

    /// <summary>What a shell shows for a program that a closed pipe ended: 128 and the signal's number.</summary>
    public const int ExitCodeOfBrokenPipe = 141;

    /// <summary>Lets <see cref="Console.Out"/> notice; to be called once, first of all.</summary>
    public static void Watch()
    {
        if (OpenPipe() is { } pipe) Console.SetOut(new StreamWriter(pipe, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
    }

    /// <summary>Standard output for bytes.</summary>
    public static Stream Open() => OpenPipe() ?? Console.OpenStandardOutput();

    /// <summary>Whether writing failed because the reader has gone.</summary>
    public static bool IsBrokenPipe(IOException exception) => !OperatingSystem.IsWindows() && exception.HResult == BrokenPipe;

    static FileStream? OpenPipe()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return null;
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // A file may have other writers, and its stream keeps a position of its own.
            if (!stream.CanSeek) return stream;
            stream.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Closed from the start, or something that is no stream: the runtime's own way passes over that.
            return null;
        }
    }
}
