namespace P1Bridge.Configuration;

/// <summary>The configuration cannot be used. The message holds one line per problem, in the order of the file; no line holds a secret.</summary>
sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One line each: where it was written, the key, what was expected.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
