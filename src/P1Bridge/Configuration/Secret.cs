using System.Diagnostics;

namespace P1Bridge.Configuration;

/// <summary>A password or key. It prints as <c>***</c> wherever it ends up by accident; only <see cref="Reveal"/> gives it away.</summary>
[DebuggerDisplay("***")]
sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>No secret was given.</summary>
    public static readonly Secret None = new("");

    /// <summary>What stands for every secret in output.</summary>
    public const string Mask = "***";

    readonly string _value = value;

    /// <summary>True when a secret was given.</summary>
    public bool IsSet => _value.Length > 0;

    /// <summary>The secret itself, for the one call that needs it.</summary>
    public string Reveal() => _value;

    public bool Equals(Secret? other) => other is not null && _value == other._value;

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Mask;
}
