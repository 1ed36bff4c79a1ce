using System.Buffers.Binary;

namespace P1Bridge.Core.Telegrams;

/// <summary>What the first bytes of a possible cipher frame say.</summary>
enum CipherHead
{
    /// <summary>No cipher frame.</summary>
    Wrong,

    /// <summary>Right so far.</summary>
    Short,

    /// <summary>All of it is right.</summary>
    Valid,
}

/// <summary>
/// Where the parts of a DLMS general-glo-ciphering frame lie (Luxmetering P1 specification 1.1.3, section 3.2.5):
/// DB, 08 and system title, length of the rest, security control 30, frame counter, ciphertext, tag.
/// </summary>
/// <param name="SecurityControlAt">Where the part begins that the length counts.</param>
/// <param name="Length">Bytes of the whole frame.</param>
readonly record struct CipherFrame(int SecurityControlAt, int Length)
{
    /// <summary>The first byte of every frame.</summary>
    public const byte Mark = 0xDB;

    /// <summary>Authenticated and encrypted, suite 0.</summary>
    public const byte SecurityControl = 0x30;

    /// <summary>Mark, length of the title, title: the same in every frame of a meter.</summary>
    public const int StartLength = 2 + TitleLength;

    /// <summary>Bytes of the tag.</summary>
    public const int TagLength = 12;

    /// <summary>Most bytes that may follow the length: no telegram is longer.</summary>
    public const int MaximumRest = TelegramFramer.MaximumTelegram - 1;

    /// <summary>Longest frame.</summary>
    public const int MaximumLength = StartLength + 3 + MaximumRest;

    const byte TitleLength = 8;
    const byte TwoByteLength = 0x82;
    const int CounterLength = 4;
    const int Overhead = 1 + CounterLength + TagLength;

    /// <summary>Looks at <paramref name="bytes"/>, which are not empty.</summary>
    public static CipherHead Read(ReadOnlySpan<byte> bytes, out CipherFrame frame)
    {
        frame = default;
        if (bytes[0] != Mark) return CipherHead.Wrong;
        if (bytes.Length > 1 && bytes[1] != TitleLength) return CipherHead.Wrong;
        if (bytes.Length <= StartLength) return CipherHead.Short;
        int rest = bytes[StartLength];
        var at = StartLength + 1;
        if (rest == TwoByteLength)
        {
            at += 2;
            if (bytes.Length < at) return CipherHead.Short;
            rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at - 2)..]);
        }
        else if (rest > 127) return CipherHead.Wrong;
        if (rest is <= Overhead or > MaximumRest) return CipherHead.Wrong;
        if (bytes.Length == at) return CipherHead.Short;
        if (bytes[at] != SecurityControl) return CipherHead.Wrong;
        frame = new CipherFrame(at, at + rest);
        return CipherHead.Valid;
    }

    /// <summary>The meter's name in the initialisation vector.</summary>
    public static ReadOnlySpan<byte> TitleOf(ReadOnlySpan<byte> frame) => frame.Slice(2, TitleLength);

    /// <summary>The frame counter, most significant byte first.</summary>
    public ReadOnlySpan<byte> CounterOf(ReadOnlySpan<byte> frame) => frame.Slice(SecurityControlAt + 1, CounterLength);

    /// <summary>The encrypted telegram.</summary>
    public ReadOnlySpan<byte> CiphertextOf(ReadOnlySpan<byte> frame) => frame[(SecurityControlAt + 1 + CounterLength)..(Length - TagLength)];

    /// <summary>The tag that proves the frame genuine.</summary>
    public ReadOnlySpan<byte> TagOf(ReadOnlySpan<byte> frame) => frame[(Length - TagLength)..Length];
}
