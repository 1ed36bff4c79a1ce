using System.Globalization;
using FsCheck.Fluent;
using P1Bridge.Anonymising;
using P1Bridge.Cli.Decoding;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Anonymising;

public class StreamAnonymiserTests
{
    const string Seed = "a test";

    public static TheoryData<string> Streams => Corpus.Rows(Corpus.Plain);

    [Theory, MemberData(nameof(Streams))]
    public void Every_telegram_still_says_the_same_but_who_it_is(string name)
    {
        var before = Accepted(Corpus.Bytes(name));
        var after = Accepted(Anonymise(Corpus.Bytes(name)));

        Assert.Equal(before.Count, after.Count);
        foreach (var (one, other) in before.Zip(after))
        {
            Assert.Equal(one.Header, other.Header);
            Assert.Equal(one.Clock, other.Clock);
            Assert.Equal(one.Objects.Select(Values), other.Objects.Select(Values));
            Assert.Equal(one.Checksum is null, other.Checksum is null);
        }
    }

    [Theory, MemberData(nameof(Streams))]
    public void No_identifier_is_left_in_any_form(string name)
    {
        var output = Some.Latin(Anonymise(Corpus.Bytes(name)));
        foreach (var original in Identifiers(Corpus.Bytes(name)))
        {
            Assert.DoesNotContain(original, output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Some.Hex(original), output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void The_corpus_holds_identifiers_enough_for_these_tests()
        => Assert.True(Corpus.Plain.SelectMany(static name => Identifiers(Corpus.Bytes(name))).Distinct().Count() >= 15);

    [Theory, MemberData(nameof(Streams))]
    public void A_refused_telegram_never_becomes_a_right_one(string name)
    {
        var before = FoundFrame.All(new TelegramFramer(), Corpus.Bytes(name));
        var after = FoundFrame.All(new TelegramFramer(), Anonymise(Corpus.Bytes(name)));

        Assert.Equal(
            before.Where(static frame => frame.Reason is RejectReason.None or RejectReason.CrcMismatch or RejectReason.CrcMalformed).Select(static frame => (frame.Reason, frame.LineEndsChanged)),
            after.Select(static frame => (frame.Reason, frame.LineEndsChanged)));
    }

    [Fact]
    public void How_the_stream_is_cut_makes_no_difference()
    {
        var cuts = Gen.Choose(1, 700).ArrayOf().ToArbitrary();
        Prop.ForAll(Gen.Choose(0, Corpus.Plain.Length - 1).ToArbitrary(), cuts, (index, sizes) =>
        {
            var bytes = Corpus.Bytes(Corpus.Plain[index]);
            return Anonymise(bytes, sizes).AsSpan().SequenceEqual(Anonymise(bytes));
        }).Holds(150);
    }

    [Fact]
    public void Bytes_keep_the_chunk_that_they_came_in()
    {
        var telegram = Some.Telegram("1-0:1.7.0(00.500*kW)");
        var output = new List<(int Chunk, string Text)>();
        var anonymiser = new StreamAnonymiser(Some.Catalogue, new IdentityCipher(Seed), (chunk, bytes) => output.Add((chunk, Some.Latin(bytes.Span))));
        for (var i = 0; i < telegram.Length; i += 10) anonymiser.Append(telegram.AsSpan(i, Math.Min(10, telegram.Length - i)), i / 10);
        anonymiser.Complete();

        var chunks = output.GroupBy(static piece => piece.Chunk).ToDictionary(static group => group.Key, static group => string.Concat(group.Select(static piece => piece.Text)));
        Assert.Equal(telegram.Chunk(10).Select(static piece => Some.Latin(piece)), chunks.OrderBy(static pair => pair.Key).Select(static pair => pair.Value));
    }

    [Fact]
    public void The_same_meter_is_the_same_in_all_telegrams_and_two_meters_stay_two()
    {
        var one = $"0-0:96.1.1({Some.Hex("1SAG9999000103")})";
        var other = $"0-1:96.1.1({Some.Hex("1SAG9999000104")})";

        var telegrams = Accepted(Anonymise([.. Some.Telegram(one, other), .. Some.Telegram(other, one)]));

        var (a, b) = (Text(telegrams[0], 0), Text(telegrams[0], 1));
        Assert.NotEqual(a, b);
        Assert.Equal((b, a), (Text(telegrams[1], 0), Text(telegrams[1], 1)));

        static string Text(DecodedTelegram telegram, int index) => telegram.Objects[index].Values[0].Text!;
    }

    [Theory]
    [InlineData("0-0:96.1.9({hex})", "hexadecimal text")]
    [InlineData("0-0:96.1.9(1SAG9999000103)", "plain text")]
    [InlineData("0-0:96.1.9(541449999999999901)", "bare digits")]
    [InlineData("0-0:96.1.9(1)({hex})", "a later group")]
    [InlineData("0-9:96.1.1({hex})", "a channel that nobody has")]
    [InlineData("0-0:96.1.1({hex}", "a group without end")]
    [InlineData("0-0:96.x.1({hex})", "a reference without sense")]
    [InlineData("1-0:1.7.0({hex})", "in the place of a number")]
    [InlineData("hello {hex}", "no object at all")]
    [InlineData("0-0:96.1.1(x{hex})", "hexadecimal digits that are none")]
    [InlineData("0-0:96.1.1({odd})", "a digit too few")]
    public void What_looks_like_an_identifier_goes_wherever_it_stands(string line, string what)
    {
        var hex = Some.Hex("1SAG9999000103");
        var telegram = Some.Telegram(line.Replace("{hex}", hex, StringComparison.Ordinal).Replace("{odd}", hex[..^1], StringComparison.Ordinal), "1-0:1.7.0(00.500*kW)");

        var output = Some.Latin(Anonymise(telegram));

        Assert.Contains("1-0:1.7.0(00.500*kW)", output, StringComparison.Ordinal);
        Assert.False(output.Contains(hex[8..^4], StringComparison.Ordinal) || output.Contains("9999000103", StringComparison.Ordinal) || output.Contains("541449", StringComparison.Ordinal), $"{what}: {output}");
        Assert.True(Assert.Single(Accepted(Some.Latin(output))) is { Checksum: not null });
    }

    [Theory]
    [InlineData("0-0:96.1.9(12345)")]
    [InlineData("0-0:96.1.9(00000000)")]
    [InlineData("0-0:96.1.9(000123456.789)")]
    [InlineData("0-0:96.1.9(000123456789*kWh)")]
    [InlineData("0-0:96.1.9(251105175348W)")]
    [InlineData("0-0:98.1.9(1)(1-0:1.6.0)(251105175348W)(05.337*kW)")]
    [InlineData("0-1:24.2.1(101209112500W)(12785123)")]
    [InlineData("0-0:96.1.1(303030303030303030303030303030303030)")]
    public void Numbers_times_and_references_stay(string line)
        => Assert.Equal(Some.Telegram(line, "1-0:1.7.0(00.500*kW)"), Anonymise(Some.Telegram(line, "1-0:1.7.0(00.500*kW)")));

    [Fact]
    public void Unknown_objects_that_were_replaced_are_named()
    {
        var anonymiser = new StreamAnonymiser(Some.Catalogue, new IdentityCipher(Seed), static (_, _) => { });
        anonymiser.Append(Some.Telegram("0-0:96.1.9(541449999999999901)", $"0-0:96.13.0({Some.Hex("Hallo")})"), 0);
        anonymiser.Complete();

        Assert.Equal("0-0:96.1.9", Assert.Single(anonymiser.Summary.Unknown).ToString());
        Assert.Equal((1, 2, 2), (anonymiser.Summary.Telegrams, anonymiser.Summary.Values, anonymiser.Summary.Places));
    }

    [Fact]
    public void What_lies_outside_telegrams_goes_and_line_ends_behind_them_stay()
    {
        var hex = Some.Hex("1SAG9999000103");
        var telegram = Some.Latin(Some.Telegram("1-0:1.7.0(00.500*kW)"));

        var output = Anonymise(Some.Latin($"{hex})\r\n!1234\r\n{telegram}\u00ff\0\r\n{hex}\r\n{telegram}/FLU5\\2\r\n\r\n0-0:96.1.1({hex})\r\n"));

        Assert.Equal($"{telegram}\u00ff\0\r\n{telegram}", Some.Latin(output));
    }

    [Fact]
    public void Noise_that_passes_for_a_telegram_goes_too()
        => Assert.Empty(Anonymise(Some.Latin($"/abc {Some.Hex("1SAG9999000103")} nothing that is an object!\r\n")));

    [Fact]
    public void A_header_that_swallowed_an_identifier_loses_it()
    {
        var hex = Some.Hex("1SAG9999000103");
        foreach (var header in (string[])[$@"/FLU5\2{hex})", $@"/FLU5\253769484_A 0-0:96.1.1({hex})", @"/FLU5\253769484_A and much more than a header, namely 1SAG9999000103"])
        {
            var output = Some.Latin(Anonymise(Some.WithHeader(header, "1-0:1.7.0(00.500*kW)")));
            Assert.DoesNotContain(hex[8..], output, StringComparison.Ordinal);
            Assert.DoesNotContain("9999000103", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("X4", false)]
    [InlineData("x4", false)]
    [InlineData("X4", true)]
    public void The_checksum_keeps_its_case_and_is_wrong_where_it_was(string format, bool isWrong)
    {
        var text = Some.Latin(Some.Telegram($"0-0:96.1.1({Some.Hex("1SAG9999000103")})"));
        var body = text[..(text.IndexOf('!', StringComparison.Ordinal) + 1)];
        var checksum = (ushort)(Crc16.Compute(Some.Latin(body)) ^ (isWrong ? 0x0420 : 0));

        var output = Some.Latin(Anonymise(Some.Latin($"{body}{checksum.ToString(format, CultureInfo.InvariantCulture)}\r\n")));

        var after = output[..(output.IndexOf('!', StringComparison.Ordinal) + 1)];
        var expected = (ushort)(Crc16.Compute(Some.Latin(after)) ^ (isWrong ? 0x0420 : 0));
        Assert.NotEqual(body, after);
        Assert.Equal($"{after}{expected.ToString(format, CultureInfo.InvariantCulture)}\r\n", output);
    }

    [Fact]
    public void A_checksum_without_leading_zeros_stays_without_where_it_can_and_is_right_in_any_case()
    {
        var (same, more) = (0, 0);
        for (var meter = 0; same == 0 || more == 0; meter++)
        {
            Assert.True(meter < 10_000, "no checksum below 1000 was met");
            var text = Some.Latin(Some.Telegram($"0-0:96.1.1({Some.Hex($"1SAG{meter + 1:00000000}")})"));
            var mark = text.IndexOf('!', StringComparison.Ordinal) + 1;
            if (text[mark] != '0') continue;
            var digits = text[(mark + 1)..].TrimEnd();
            var output = Some.Latin(Anonymise(Some.Latin($"{text[..mark]}{digits}\r\n")));
            var found = output[(output.IndexOf('!', StringComparison.Ordinal) + 1)..].TrimEnd();
            Assert.Equal(RejectReason.None, Assert.Single(FoundFrame.All(new TelegramFramer(), Some.Latin(output))).Reason);
            Assert.True(found.Length == digits.Length || (found.Length == 4 && found[0] != '0'));
            if (found.Length == digits.Length) same++;
            else more++;
        }
    }

    static byte[] Anonymise(byte[] stream, params ReadOnlySpan<int> sizes)
    {
        var output = new List<byte>();
        var anonymiser = new StreamAnonymiser(Some.Catalogue, new IdentityCipher(Seed), (_, bytes) => output.AddRange(bytes.Span));
        for (var (at, piece) = (0, 0); at < stream.Length; piece++)
        {
            var size = Math.Min(piece < sizes.Length ? sizes[piece] : int.MaxValue, stream.Length - at);
            anonymiser.Append(stream.AsSpan(at, size), piece);
            at += size;
        }
        anonymiser.Complete();
        return [.. output];
    }

    static List<DecodedTelegram> Accepted(byte[] stream)
    {
        var decoder = new TelegramDecoder(Some.Catalogue);
        return [.. decoder.Append(stream).Concat(decoder.Complete()).OfType<DecodedTelegram>()];
    }

    /// <summary>An object as text; of identifiers and messages only how long they are.</summary>
    static string Values(DecodedObject found)
    {
        var isName = found.Row is { Kind: ValueKind.HexText } || (found.Row is null && found.Values.Any(static value => value.Raw is { Length: >= 8 } || value.Text is { Length: >= 8 }));
        return $"{found.Reference} {found.Issue} {string.Join(", ", found.Values.Select(value => isName ? $"{value.Text?.Length} {value.Raw?.Length}" : value.ToString()))}";
    }

    /// <summary>What the accepted telegrams of a stream say in identifiers, EANs and messages, as text and as digits.</summary>
    static List<string> Identifiers(byte[] stream)
        => [.. from telegram in Accepted(stream)
               from found in telegram.Objects
               where found.Row is { Kind: ValueKind.HexText }
               from value in found.Values
               from text in (string?[])[value.Text, value.Raw]
               where text is { Length: >= 6 } && text.Any(static letter => char.IsAsciiLetterOrDigit(letter) && letter != '0')
                     && !text.All(static letter => letter is '0' or '3') && !text.All(static letter => letter is 'F' or 'f') && !IsHyphens(text)
               select text];

    // An unset EAN: hyphens, or 2D in pairs of digits.
    static bool IsHyphens(string text) => text.Replace("2D", "-", StringComparison.OrdinalIgnoreCase).All(static letter => letter == '-');
}
