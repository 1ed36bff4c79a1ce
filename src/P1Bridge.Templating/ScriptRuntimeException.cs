namespace P1Bridge.Templating;

/// <summary>A template that cannot be rendered; the text is <see cref="LogMessage.ToString"/> of what is wrong.</summary>
public sealed class ScriptRuntimeException : Exception
{
    /// <summary>Creates the exception for what is wrong.</summary>
    public ScriptRuntimeException(LogMessage log) : base(log.ToString()) => Log = log;

    /// <summary>Creates the exception for what is wrong, with what caused it.</summary>
    public ScriptRuntimeException(LogMessage log, Exception inner) : base(log.ToString(), inner) => Log = log;

    /// <summary>What is wrong, and where.</summary>
    public LogMessage Log { get; }
}
