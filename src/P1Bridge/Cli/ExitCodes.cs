namespace P1Bridge.Cli;

/// <summary>Exit codes of all commands; a public contract.</summary>
static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The work failed, or a check found something.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration; one message says what.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
