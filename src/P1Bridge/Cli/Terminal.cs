using Spectre.Console;

namespace P1Bridge.Cli;

/// <summary>Consoles for people. Colours and control sequences only where standard output is a terminal.</summary>
static class Terminal
{
    /// <summary>Files and pipes have no width; tables for them are as wide as their longest row needs.</summary>
    const int WidthOfFiles = 200;

    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
