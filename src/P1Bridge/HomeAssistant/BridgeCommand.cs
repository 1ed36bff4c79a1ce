namespace P1Bridge.HomeAssistant;

/// <summary>What the bridge can be asked to do on <see cref="Outputs.Topics.BridgeCommand"/>.</summary>
static class BridgeCommand
{
    /// <summary>Announce everything again and repeat all states.</summary>
    public const string Announce = "announce";

    /// <summary>Repeat all states, and nothing else.</summary>
    public const string States = "states";

    const string ForgetWord = "forget ";

    /// <summary>The command that takes the device of a meter that is gone away.</summary>
    public static string Forget(string identity) => ForgetWord + identity;

    /// <summary>The equipment identifier of a command to forget; null for other commands.</summary>
    public static string? IdentityToForget(string command)
        => command.StartsWith(ForgetWord, StringComparison.Ordinal) && command[ForgetWord.Length..].Trim() is { Length: > 0 } identity ? identity : null;
}
