using System.Globalization;
using System.Text;

namespace P1Bridge.Fuzz;

/// <summary>Damages telegrams in the ways lines, cables, adapters and meters do, and in some that only chance finds.</summary>
sealed class Mutator(Random random)
{
    /// <summary>Bytes that mean something to one of the framers or to the parser.</summary>
    static readonly byte[] Telling = [.. "/!()*.-:\r\n0129AFWSk"u8, 0x00, 0xFF, 0xDB, 0x08, 0x82, 0x30, 0xAF];

    static readonly string[] Contents =
    [
        "", "0", "-1", "-00.001*kW", "999999999.999*kWh", "999999999999999999*kWh", "9999999999999999999*kWh", "0.000000000000000001*Wh", "1*MWh", "5*W",
        "*", "-", ".", "1*", "*kWh", "1.2.3*kWh", "632525252525W", "700101010000W", "251340120000W", "000101010000W", "991231235959S", "251026023000",
        "0-0:96.7.19", "1-0:1.6.0", "13", "003", "007", "4", "9999", "FF", "4", "3153414739393939303030313033", "50217", "50", "1024",
    ];

    static readonly string[] Lines =
    [
        "garbage\r\n", "1-0:1.7.0(00.5\r\n", "1-0:1.7.0\r\n", "1-0:1.7.0(00.500*kW)\r\n", "9-9:9.9.9(1)\r\n", "0-1:24.1.0(003)\r\n", "0-1:24.1.0(007)\r\n", "0-2:24.1.0(004)\r\n",
        "0-1:24.2.3(700101010000W)(00000000)\r\n", "0-0:96.1.1(3030)\r\n", "1-0:52.7.0(000.0*V)\r\n", "1-0:94.32.1(230)\r\n", "0-0:1.0.0(000101010000W)\r\n", "(1)\r\n", "\r\n", "\n",
        "0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(250901000000S)(632525252525S)(00.000*kW)\r\n", "1-0:99.97.0(1)(0-0:96.7.19)(251105175348W)(0000000301*s)\r\n",
    ];

    /// <summary>A mutant of <paramref name="text"/>; <paramref name="other"/> is what it may be joined with.</summary>
    public byte[] Mutate(byte[] text, byte[] other)
    {
        var draft = new Draft(text);
        // Half of all mutants have one fault, as most damaged telegrams do.
        for (var faults = random.Next(2) == 0 ? 1 : random.Next(1, 6); faults > 0; faults--)
            Apply(random.Next(18), draft, other);
        return draft.ToArray();
    }

    /// <summary>Only digits change: the telegram is laid out as before.</summary>
    public byte[] MutateDigits(byte[] text)
    {
        var draft = new Draft(text);
        for (var digits = random.Next(1, 6); digits > 0; digits--)
            ChangeDigit(draft);
        return draft.ToArray();
    }

    /// <summary>Bytes without any regard for what they mean.</summary>
    public byte[] MutateBytes(byte[] bytes)
    {
        var draft = new Draft(bytes);
        for (var faults = random.Next(1, 4); faults > 0; faults--)
            Apply(random.Next(7), draft, bytes);
        return draft.ToArray();
    }

    /// <summary>Puts the right checksum behind each '!', now and then as sloppily as some adapters write it.</summary>
    public byte[] Repair(byte[] text)
    {
        var draft = new Draft(text);
        for (var end = draft.IndexOf((byte)'!'); end >= 0; end = draft.IndexOf((byte)'!', end + 1))
        {
            var start = draft.LastIndexOf((byte)'/', end);
            if (start < 0) continue;
            for (var digits = 0; digits < 4 && end + 1 < draft.Length && char.IsAsciiHexDigit((char)draft[end + 1]); digits++)
                draft.Remove(end + 1, 1);
            draft.Insert(end + 1, Digits(Proof.Checksum(draft.Slice(start, end - start + 1))));
        }
        return draft.ToArray();
    }

    byte[] Digits(ushort checksum) => Encoding.Latin1.GetBytes(random.Next(16) switch
    {
        0 => checksum.ToString("x4", CultureInfo.InvariantCulture),
        1 => checksum.ToString("X", CultureInfo.InvariantCulture) + "\r\n",
        2 => checksum.ToString("X4", CultureInfo.InvariantCulture) + "\0",
        3 => "\xFF" + checksum.ToString("X4", CultureInfo.InvariantCulture),
        _ => checksum.ToString("X4", CultureInfo.InvariantCulture),
    });

    void Apply(int fault, Draft draft, byte[] other)
    {
        if (draft.Length < 2) return;
        switch (fault)
        {
            case 0: FlipBits(draft); break;
            case 1: Cut(draft, draft.Place(random), random.Next(1, 40)); break;
            case 2: Cut(draft, draft.Place(random), random.Next(draft.Length)); break;
            case 3: SwapBytes(draft); break;
            case 4: draft.Insert(draft.Place(random), Noise()); break;
            case 5: draft[draft.Place(random)] = Telling[random.Next(Telling.Length)]; break;
            case 6: SwapPieces(draft); break;
            case 7: Duplicate(draft, draft.Line(random)); break;
            case 8: SwapLines(draft); break;
            case 9: Remove(draft, draft.Line(random)); break;
            case 10: draft.Insert(draft.Line(random).Start, Encoding.Latin1.GetBytes(Lines[random.Next(Lines.Length)])); break;
            case 11: ChangeDigit(draft); break;
            case 12: ReplaceContent(draft); break;
            case 13: WrapValue(draft); break;
            case 14: draft.Insert(random.Next(2) == 0 ? 0 : draft.Length, other); break;
            case 15: Splice(draft, other); break;
            case 16: LoseReturns(draft); break;
            default: LoseChecksum(draft); break;
        }
    }

    void FlipBits(Draft draft)
    {
        for (var bits = random.Next(1, 4); bits > 0; bits--)
            draft[draft.Place(random)] ^= (byte)(1 << random.Next(8));
    }

    static void Cut(Draft draft, int start, int length) => draft.Remove(start, Math.Min(length, draft.Length - start));

    void SwapBytes(Draft draft)
    {
        var (one, two) = (draft.Place(random), draft.Place(random));
        (draft[one], draft[two]) = (draft[two], draft[one]);
    }

    void SwapPieces(Draft draft)
    {
        var start = draft.Place(random);
        var piece = draft.Slice(start, Math.Min(random.Next(1, 60), draft.Length - start));
        draft.Remove(start, piece.Length);
        draft.Insert(random.Next(draft.Length + 1), piece);
    }

    void Duplicate(Draft draft, (int Start, int Length) line)
    {
        var copy = draft.Slice(line.Start, line.Length);
        draft.Insert(random.Next(2) == 0 ? line.Start : draft.Line(random).Start, copy);
    }

    void SwapLines(Draft draft)
    {
        var (start, length) = draft.Line(random);
        var line = draft.Slice(start, length);
        draft.Remove(start, length);
        draft.Insert(draft.Line(random).Start, line);
    }

    static void Remove(Draft draft, (int Start, int Length) line) => draft.Remove(line.Start, line.Length);

    void ChangeDigit(Draft draft)
    {
        if (draft.Digit(random) is var at and >= 0) draft[at] = (byte)('0' + random.Next(10));
    }

    void ReplaceContent(Draft draft)
    {
        var (start, length) = draft.Group(random);
        if (start < 0) return;
        draft.Remove(start, length);
        draft.Insert(start, Encoding.Latin1.GetBytes(Contents[random.Next(Contents.Length)]));
    }

    void WrapValue(Draft draft)
    {
        if (draft.IndexOf((byte)'(', draft.Place(random)) is var open and >= 0) draft.Insert(open, random.Next(2) == 0 ? "\r\n"u8 : "\n"u8);
    }

    void Splice(Draft draft, byte[] other)
    {
        Cut(draft, draft.Place(random), draft.Length);
        draft.Insert(draft.Length, other.AsSpan(random.Next(other.Length)));
    }

    void LoseReturns(Draft draft)
    {
        var all = random.Next(2) == 0;
        for (var at = draft.Length - 1; at >= 0; at--)
        {
            if (draft[at] == '\r' && (all || random.Next(4) == 0)) draft.Remove(at, 1);
        }
    }

    void LoseChecksum(Draft draft)
    {
        var end = draft.LastIndexOf((byte)'!', draft.Length - 1);
        if (end >= 0) draft.Remove(end + 1, Math.Min(random.Next(1, 7), draft.Length - end - 1));
    }

    byte[] Noise()
    {
        // Now and then a message longer than a line or a telegram may be, or noise as long.
        if (random.Next(60) == 0) return [.. Enumerable.Repeat((byte)'3', random.Next(20_000))];
        var noise = new byte[random.Next(60) == 0 ? random.Next(20_000) : random.Next(1, 30)];
        random.NextBytes(noise);
        var telling = random.Next(4);
        for (var i = 0; i < noise.Length; i++)
        {
            if (random.Next(4) < telling) noise[i] = Telling[random.Next(Telling.Length)];
        }
        return noise;
    }
}
