using System.Buffers.Binary;
using System.Security.Cryptography;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>Writes what an encrypting meter sends: a telegram in a DLMS general-glo-ciphering frame.</summary>
static class CipherFrameWriter
{
    public const string Key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";
    public const string OtherKey = "F0E1D2C3B4A5968778695A4B3C2D1E0F";

    public static readonly byte[] Title = "SYN\0\0\0\0\u0001"u8.ToArray();

    /// <summary>What a reader needs for the frames of <see cref="Write"/>.</summary>
    public static DecryptionOptions Options(string key = Key, string authenticationKey = "", bool checkTag = true)
        => new() { Key = Convert.FromHexString(key), AuthenticationKey = Convert.FromHexString(authenticationKey), CheckTag = checkTag };

    public static byte[] Write(ReadOnlySpan<byte> telegram, uint counter = 300, byte[]? title = null, DecryptionOptions? keys = null)
    {
        keys ??= Options();
        var head = (byte[])[0xDB, 8, .. title ?? Title, .. LengthOf(1 + 4 + telegram.Length + 12), 0x30, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(head.Length - 4), counter);
        var (ciphertext, tag) = (new byte[telegram.Length], new byte[12]);
        var authenticationKey = keys.AuthenticationKey.IsEmpty ? DecryptionOptions.LuxembourgAuthenticationKey : keys.AuthenticationKey;
        using var gcm = new AesGcm(keys.Key.Span, tag.Length);
        gcm.Encrypt([.. title ?? Title, .. head.AsSpan(head.Length - 4)], telegram, ciphertext, tag, (byte[])[0x30, .. authenticationKey.Span]);
        return [.. head, .. ciphertext, .. tag];
    }

    /// <summary>The bytes that the cipher adds to a telegram: the ciphertext of zeros.</summary>
    public static byte[] KeyStream(int length, uint counter) => Write(new byte[length], counter)[^(length + 12)..^12];

    static byte[] LengthOf(int rest) => rest <= 127 ? [(byte)rest] : [0x82, (byte)(rest >> 8), (byte)rest];
}
