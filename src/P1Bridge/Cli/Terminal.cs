using System.Text;
using Spectre.Console;

namespace P1Bridge.Cli;

/// <summary>Consoles for people. Colours and control sequences only where standard output is a terminal.</summary>
static class Terminal
{
    /// <summary>Files and pipes have no width; tables for them are as wide as their longest row needs.</summary>
    const int WidthOfFiles = 200;

    /// <summary>
    /// Output is UTF-8 on every system. Windows would use the code page of its window, also for files and pipes, which lacks
    /// letters of names and units and breaks JSON.
    /// </summary>
    public static void WriteUtf8()
    {
        if (!OperatingSystem.IsWindows()) return;
        var former = Console.OutputEncoding;
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        // The window outlives the program, and other programs in it may count on its code page.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.OutputEncoding = former;
    }

    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
