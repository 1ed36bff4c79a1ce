using System.Text;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>
/// Whatever came before, a telegram reads as it does when all of it is read, and as in a reader that never saw another: telegrams of the corpus follow each other with
/// changed digits, and with lines that come, go, move, wrap, break or are there twice.
/// </summary>
public class LineMemoryProperties
{
    const int TelegramsOfSequence = 8;

    static readonly string[] Bodies =
    [
        .. Corpus.Good.Select(static name => Some.Latin(Corpus.Bytes(name)))
            .Select(static text => text[text.IndexOf('/', StringComparison.Ordinal)..(text.IndexOf('!', StringComparison.Ordinal))]),
    ];

    static readonly string[] OddLines =
    [
        "garbage", "1-0:1.7.0(00.5", "1-0:1.7.0", "9-9:9.9.9(1)", "0-0:96.13.0(3031)", "0-1:24.1.0(007)", "0-1:24.1.0(003)", "0-2:24.1.0(099)",
        "1-0:52.7.0(000.0*V)", "1-0:52.7.0(230.0*V)", "1-0:94.32.1(230)", "1-0:94.32.1(400)", "1-0:1.7.0(00500*W)", "1-0:1.7.0(-0.500*kW)", "",
        "0-1:24.2.1(700101010000W)(00000000)", "0-1:96.1.1(3030)", "0-1:96.1.0(7GLO)", "0-0:1.0.0(000101010000W)",
        "0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(250901000000S)(632525252525S)(00.000*kW)",
    ];

    [Fact]
    public void A_telegram_reads_the_same_whatever_came_before()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var difference = DifferenceOf(new Random(seed));
            Assert.True(difference is null, $"sequence {seed}: {difference}");
        }
    }

    [Fact]
    public void All_kinds_of_telegrams_are_among_those_tried()
    {
        var (likeBefore, refused, count) = (0, 0, 0);
        for (var seed = 0; seed < 200; seed++)
        {
            var memory = new LineMemory(new ReadingSet(Some.Catalogue));
            var reader = new TelegramReader(Some.Catalogue);
            foreach (var telegram in Sequence(new Random(seed)))
            {
                count++;
                likeBefore += memory.Read(telegram.AsSpan(0, telegram.AsSpan().IndexOf((byte)'!') + 1)) ? 1 : 0;
                refused += Some.Outcomes(reader, telegram).Count(static outcome => !outcome.IsAccepted);
            }
        }
        Assert.InRange(likeBefore, count / 4, count * 3 / 4);
        Assert.InRange(refused, count / 50, count / 4);
    }

    static string? DifferenceOf(Random random)
    {
        var (reader, inFull) = (new TelegramReader(Some.Catalogue), new TelegramReader(Some.Catalogue));
        var pipeline = new MeterPipeline(Some.Catalogue, new MeterPipelineOptions());
        foreach (var telegram in Sequence(random))
        {
            // After a reset all of a telegram is read.
            inFull.Reset();
            var fresh = new TelegramReader(Some.Catalogue);
            var outcomes = Some.Outcomes(reader, telegram);
            if (!outcomes.SequenceEqual(Some.Outcomes(inFull, telegram))) return "another outcome";
            Some.Outcomes(fresh, telegram);
            if (outcomes[0].IsAccepted && (SetDifference(reader.Readings, inFull.Readings) ?? SetDifference(reader.Readings, fresh.Readings)) is { } difference)
                return $"{difference} after {Some.Latin(telegram)}";
            // What the guard and the formulas put in its place must not stay.
            if (reader.Counters.Accepted > 0 && random.Next(2) == 0) pipeline.Process(reader.Readings, Some.Now);
        }
        return CountersOf(reader).SequenceEqual(CountersOf(inFull)) && UnknownOf(reader).SequenceEqual(UnknownOf(inFull)) ? null : "other counters";
    }

    static long[] CountersOf(TelegramReader reader)
        => [reader.Counters.Accepted, reader.Counters.AllRefused, reader.Counters.BadLines, reader.Counters.Duplicates, reader.SkippedBytes];

    static IEnumerable<KeyValuePair<ObisReference, long>> UnknownOf(TelegramReader reader) => reader.Readings.Unknown.OrderBy(static pair => pair.Key);

    static string? SetDifference(ReadingSet now, ReadingSet expected)
    {
        if ((now.Clock, now.Duplicates, now.Objects, now.HasVersionOrClock) != (expected.Clock, expected.Duplicates, expected.Objects, expected.HasVersionOrClock))
            return "other facts of the telegram";
        if (now.Meters.Count != expected.Meters.Count) return "other meters";
        return now.Meters.Zip(expected.Meters, static (now, expected) => MeterDifference(now, expected)).FirstOrDefault(static difference => difference is not null);
    }

    static string? MeterDifference(MeterReadings now, MeterReadings expected)
    {
        if ((now.Medium, now.Channel, now.EquipmentIdentifier, now.Market, now.CapturedAt)
            != (expected.Medium, expected.Channel, expected.EquipmentIdentifier, expected.Market, expected.CapturedAt))
            return $"another meter on channel {expected.Channel}";
        var row = now.Rows.FirstOrDefault(row => !IsSame(now[row], expected[row]));
        return row is null ? null : $"{row.Medium.Id} {row.Id}: {now[row]}, not {expected[row]}";
    }

    static bool IsSame(in Reading now, in Reading expected)
        => now with { Peaks = null } == expected with { Peaks = null } && (now.Peaks ?? []).SequenceEqual(expected.Peaks ?? []);

    static IEnumerable<byte[]> Sequence(Random random)
    {
        var body = Bodies[random.Next(Bodies.Length)];
        for (var i = 0; i < TelegramsOfSequence; i++)
        {
            if (random.Next(30) == 0) body = Bodies[random.Next(Bodies.Length)];
            for (var digits = random.Next(5); digits > 0; digits--)
                body = WithOtherDigit(body, random);
            var sent = random.Next(5) == 0 ? WithOtherLines(body, random) : body;
            // Some changes stay, some are gone with the next telegram.
            if (random.Next(4) == 0) body = sent;
            yield return Telegram(sent, hasChecksum: random.Next(12) > 0);
        }
    }

    static byte[] Telegram(string body, bool hasChecksum)
    {
        var bytes = Some.Latin(body + "!");
        return Some.Latin(hasChecksum ? $"{body}!{Crc16.Compute(bytes):X4}\r\n" : $"{body}!\r\n");
    }

    static string WithOtherDigit(string body, Random random)
    {
        // Mostly behind a parenthesis, as with real meters; now and then it is another object's reference.
        var at = (body.IndexOf('(', random.Next(body.Length)) + 1 + random.Next(7)) % body.Length;
        while (!char.IsAsciiDigit(body[at])) at = (at + 1) % body.Length;
        return new StringBuilder(body) { [at] = (char)('0' + random.Next(10)) }.ToString();
    }

    static string WithOtherLines(string body, Random random)
    {
        var lines = body.Split("\r\n").ToList();
        if (lines.Count < 3) return body;
        // Behind the header.
        var (line, other) = (random.Next(1, lines.Count), random.Next(1, lines.Count));
        switch (random.Next(9))
        {
            case 0: lines.RemoveAt(line); break;
            case 1: lines.Insert(line, lines[other]); break;
            case 2: (lines[line], lines[other]) = (lines[other], lines[line]); break;
            case 3: lines.Insert(line, OddLines[random.Next(OddLines.Length)]); break;
            case 4: lines[line] = OddLines[random.Next(OddLines.Length)]; break;
            case 5: lines[line] = lines[line].Replace("(", "\r\n(", StringComparison.Ordinal); break;
            case 6: lines[line] = WithOtherCharacter(lines[line], random); break;
            case 7: lines = lines[..line]; break;
            default: return string.Join("\n", lines);
        }
        return string.Join("\r\n", lines);
    }

    static string WithOtherCharacter(string line, Random random)
    {
        const string characters = "()*.-:\n\r0A ";
        return line.Length == 0 ? line : new StringBuilder(line) { [random.Next(line.Length)] = characters[random.Next(characters.Length)] }.ToString();
    }
}
