using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>
/// Encrypts telegrams as meters in Luxembourg do: AES-128-GCM in a DLMS general-glo-ciphering frame, with the authentication key that all of
/// them share (Luxmetering P1 specification 1.1.3, section 3.2.5).
/// </summary>
sealed class SimulatedCipher(ReadOnlyMemory<byte> key)
{
    const byte Mark = 0xDB;
    const byte TwoByteLength = 0x82;
    const byte SecurityControl = 0x30;
    const int CounterLength = 4;
    const int TagLength = 12;

    /// <summary>The frame of a telegram of this house.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> telegram, HouseModel house)
    {
        var title = Encoding.ASCII.GetBytes($"SIM{(uint)house.Seed % 100_000:D5}");
        // Rises by the second, also over a restart.
        var counter = new byte[CounterLength];
        BinaryPrimitives.WriteUInt32BigEndian(counter, (uint)house.Time.ToUnixTimeSeconds());
        var rest = 1 + CounterLength + telegram.Length + TagLength;
        var (ciphertext, tag) = (new byte[telegram.Length], new byte[TagLength]);
        using var cipher = new AesGcm(key.Span, TagLength);
        cipher.Encrypt([.. title, .. counter], telegram, ciphertext, tag, [SecurityControl, .. DecryptionOptions.LuxembourgAuthenticationKey.Span]);
        return [Mark, (byte)title.Length, .. title, TwoByteLength, (byte)(rest >> 8), (byte)rest, SecurityControl, .. counter, .. ciphertext, .. tag];
    }
}
