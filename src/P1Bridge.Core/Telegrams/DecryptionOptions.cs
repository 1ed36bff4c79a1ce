namespace P1Bridge.Core.Telegrams;

/// <summary>
/// The keys of a meter that encrypts its telegrams. They only enable decryption: whether telegrams are encrypted shows in the stream.
/// Never prints a key.
/// </summary>
public sealed record DecryptionOptions
{
    /// <summary>Length of both keys in bytes.</summary>
    public const int KeyLength = 16;

    /// <summary>The authentication key that Luxembourg publishes for all its meters (Luxmetering P1 specification 1.1.3, section 3.2.5).</summary>
    public static ReadOnlyMemory<byte> LuxembourgAuthenticationKey { get; } = Convert.FromHexString("00112233445566778899AABBCCDDEEFF");

    /// <summary>The customer's encryption key, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The authentication key, 16 bytes; empty: <see cref="LuxembourgAuthenticationKey"/>.</summary>
    public ReadOnlyMemory<byte> AuthenticationKey { get; init; }

    /// <summary>
    /// Whether each frame must prove genuine by its tag. Without, the telegram's own checksum alone vouches for it; some meters make their
    /// tags with an authentication key that nobody knows.
    /// </summary>
    public bool CheckTag { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => nameof(DecryptionOptions);
}
