namespace P1Bridge.Configuration;

/// <summary>The configuration cannot be used. The message holds one line per problem, in the order of the file; no line holds a secret.</summary>
/// <param name="problems">One line each.</param>
/// <param name="note">A further line that is no problem of its own; null for none.</param>
sealed class ConfigurationException(IReadOnlyList<string> problems, string? note = null) : Exception(string.Join('\n', note is null ? problems : [.. problems, note]))
{
    /// <summary>One line each: where it was written, the key, what was expected.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
