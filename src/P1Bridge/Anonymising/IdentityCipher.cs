using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Anonymising;

/// <summary>
/// Replaces texts that name a person's meter by others of the same length and kind: digits by digits, capitals by capitals. With one key
/// this is a permutation: the same text always has the same replacement, two texts never share one. Nobody can go back without the key.
/// </summary>
/// <remarks>
/// A Feistel network over mixed digits: the characters that may change are read as a number in two parts, and in each round one part is
/// moved by a keyed hash (HMAC-SHA-256, stretched by HKDF) of the other.
/// </remarks>
sealed partial class IdentityCipher
{
    const int Rounds = 10;

    /// <summary>Bytes of hash beyond the size of the part that is moved, so that the remainder is as good as evenly spread.</summary>
    const int ExtraBytes = 16;

    const int HighFirst = 0x80;
    const int HighLast = 0xFE;

    readonly byte[] _key;
    readonly Dictionary<string, byte[]> _known = [];

    /// <summary>Makes a cipher with a key of its own that nobody knows, or with the one that <paramref name="seed"/> stands for.</summary>
    public IdentityCipher(string? seed = null)
        => _key = seed is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(Encoding.UTF8.GetBytes("p1bridge anonymise\0" + seed));

    /// <summary>Different texts that were replaced so far.</summary>
    public int Replaced => _known.Count;

    /// <summary>The replacement of a text. What holds no letter, or nothing but zeros, names nobody and stays.</summary>
    public byte[] Replace(ReadOnlySpan<byte> text)
    {
        if (!NamesSomething(text)) return text.ToArray();
        var name = Encoding.Latin1.GetString(text);
        if (_known.TryGetValue(name, out var known)) return known;
        var kept = MakerPrefix().Match(name) is { Success: true } match ? match.Groups["maker"].Length : 0;
        return _known[name] = Permute(text, kept, static value => Alphabet.Of(value));
    }

    /// <summary>
    /// The same for pairs of hexadecimal digits: a text is replaced as a text, packed digits digit by digit.
    /// </summary>
    public byte[] ReplaceHex(ReadOnlySpan<byte> digits)
    {
        var text = new byte[digits.Length / 2];
        if (!ValueReader.TryReadHex(digits, text, out _)) return Replace(digits);
        if (!ValueReader.IsPrintable(text)) return ReplacePacked(digits);
        // Upper case unless the meter writes lower case: a text without letters shows neither.
        var isLower = digits.IndexOfAnyInRange((byte)'a', (byte)'f') >= 0 && digits.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
        var replacement = Replace(text);
        return replacement.AsSpan().SequenceEqual(text) ? digits.ToArray()
            : Encoding.ASCII.GetBytes(isLower ? Convert.ToHexStringLower(replacement) : Convert.ToHexString(replacement));
    }

    byte[] ReplacePacked(ReadOnlySpan<byte> digits)
    {
        if (!NamesSomething(digits) || digits.IndexOfAnyExcept((byte)'F', (byte)'f') < 0) return digits.ToArray();
        // The same characters as a text are another value.
        var name = "\0" + Encoding.Latin1.GetString(digits);
        return _known.TryGetValue(name, out var known) ? known : _known[name] = Permute(digits, 0, static value => Alphabet.OfHexDigit(value));
    }

    static bool NamesSomething(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if (Alphabet.Of(value) is { Size: > 1 } && value != (byte)'0') return true;
        }
        return false;
    }

    byte[] Permute(ReadOnlySpan<byte> text, int kept, Func<byte, Alphabet> alphabetOf)
    {
        var result = text.ToArray();
        var places = Enumerable.Range(kept, text.Length - kept).Where(at => alphabetOf(result[at]).Size > 1).ToArray();
        var alphabets = Array.ConvertAll(places, at => alphabetOf(result[at]));
        var half = places.Length / 2;
        var (left, leftSize) = Read(result, places[..half], alphabets[..half]);
        var (right, rightSize) = Read(result, places[half..], alphabets[half..]);
        // Texts of another shape get other hashes, so that they tell nothing about each other.
        var shape = Encoding.ASCII.GetBytes(string.Join(',', alphabets.Select(static alphabet => alphabet.First)));
        for (byte round = 0; round < Rounds; round++)
        {
            left = (left + Hash(round, 0, shape, right, leftSize)) % leftSize;
            right = (right + Hash(round, 1, shape, left, rightSize)) % rightSize;
        }
        Write(left, result, places[..half], alphabets[..half]);
        Write(right, result, places[half..], alphabets[half..]);
        return result;
    }

    BigInteger Hash(byte round, byte side, byte[] shape, BigInteger other, BigInteger size)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, shape.Length);
        byte[] information = [round, side, .. length, .. shape, .. other.ToByteArray(isUnsigned: true)];
        return new BigInteger(HKDF.Expand(HashAlgorithmName.SHA256, _key, size.GetByteCount(isUnsigned: true) + ExtraBytes, information), isUnsigned: true);
    }

    static (BigInteger Number, BigInteger Size) Read(byte[] text, int[] places, Alphabet[] alphabets)
    {
        var (number, size) = (BigInteger.Zero, BigInteger.One);
        for (var i = 0; i < places.Length; i++)
        {
            number = number * alphabets[i].Size + (text[places[i]] - alphabets[i].First);
            size *= alphabets[i].Size;
        }
        return (number, size);
    }

    static void Write(BigInteger number, byte[] text, int[] places, Alphabet[] alphabets)
    {
        for (var i = places.Length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, alphabets[i].Size, out var digit);
            text[places[i]] = (byte)(alphabets[i].First + (int)digit);
        }
    }

    /// <summary>A meter's number begins with who made it (DIN 43863-5: medium, three letters; Dutch ones: a letter or two): no secret.</summary>
    [GeneratedRegex(@"^(?<maker>[0-9]?[A-Z]{1,3})[0-9A-Z]{0,3}[0-9]{6,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MakerPrefix();

    /// <summary>Characters of one kind, which follow each other: a character is replaced by one of its own kind.</summary>
    readonly record struct Alphabet(byte First, int Size)
    {
        public static Alphabet Of(byte value) => value switch
        {
            >= (byte)'0' and <= (byte)'9' => new((byte)'0', 10),
            >= (byte)'A' and <= (byte)'Z' => new((byte)'A', 26),
            >= (byte)'a' and <= (byte)'z' => new((byte)'a', 26),
            // Letters with accents, in whatever encoding. FF is what some meters fill an empty message with.
            >= HighFirst and <= HighLast => new(HighFirst, HighLast - HighFirst + 1),
            _ => new(value, 1),
        };

        public static Alphabet OfHexDigit(byte value) => Of(value) is { Size: 26 } letter ? letter with { Size = 6 } : Of(value);
    }
}
