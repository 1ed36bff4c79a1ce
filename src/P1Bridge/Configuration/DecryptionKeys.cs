using System.Security.Cryptography;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Configuration;

/// <summary>Keys as people write them. No text from here holds one.</summary>
static class DecryptionKeys
{
    /// <summary>The same for editors.</summary>
    public const string Pattern = "^[0-9A-Fa-f]{32}$";

    /// <summary>Behind "expected" in a message.</summary>
    public const string Expected = "32 hexadecimal digits";

    const int TagLength = 12;

    /// <summary>What is wrong where the system's cryptography knows longer tags only, as on macOS; null: nothing.</summary>
    public static string? ProblemOfTags
        => AllowsTags ? null : "the cryptography of this system cannot check the tags of encrypted telegrams; the checksum inside is checked all the same";

    static bool AllowsTags => AesGcm.IsSupported && TagLength >= AesGcm.TagByteSizes.MinSize && TagLength <= AesGcm.TagByteSizes.MaxSize;

    /// <summary>Whether it is a key.</summary>
    public static bool IsKey(string text) => text.Length == 2 * DecryptionOptions.KeyLength && text.All(char.IsAsciiHexDigit);

    /// <summary>Null without a decryption key. Both keys were checked before.</summary>
    public static DecryptionOptions? Options(Secret key, Secret authenticationKey, bool checkTag) => !key.IsSet ? null : new()
    {
        Key = Convert.FromHexString(key.Reveal()),
        AuthenticationKey = Convert.FromHexString(authenticationKey.Reveal()),
        CheckTag = checkTag,
    };
}
