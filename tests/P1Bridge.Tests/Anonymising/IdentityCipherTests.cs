using FsCheck.Fluent;
using P1Bridge.Anonymising;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Anonymising;

public class IdentityCipherTests
{
    const string Seed = "a test";

    [Theory]
    [InlineData("1SAG9999000103", "1SAG", "dddddddddd")]
    [InlineData("7FLO9A99000201", "7FLO", "dAdddddddd")]
    [InlineData("E0043007052870318", "E", "dddddddddddddddd")]
    [InlineData("541449999999999901", "", "dddddddddddddddddd")]
    [InlineData("Meter out of order, call 02-555 1234!", "", "Aaaaa aaa aa aaaaa, aaaa dd-ddd dddd!")]
    public void Length_and_kinds_and_the_makers_letters_stay(string text, string kept, string kinds)
    {
        var replaced = Some.Latin(new IdentityCipher(Seed).Replace(Some.Latin(text)));

        Assert.NotEqual(text, replaced);
        Assert.StartsWith(kept, replaced, StringComparison.Ordinal);
        Assert.Equal(kinds, string.Concat(replaced[kept.Length..].Select(Kind)));
    }

    [Fact]
    public void Every_text_of_a_kind_has_a_replacement_of_its_own()
    {
        var cipher = new IdentityCipher(Seed);
        var all = Enumerable.Range(0, 10).SelectMany(digit => Enumerable.Range('a', 26).SelectMany(letter => Enumerable.Range(0, 10).Select(last => $"{digit}{(char)letter}{last}"))).ToList();

        var replaced = all.ConvertAll(text => Some.Latin(cipher.Replace(Some.Latin(text))));

        // What is all zeros stays, and no letter makes that possible here: a permutation of the whole set.
        Assert.Equal(all.Order(StringComparer.Ordinal), replaced.Order(StringComparer.Ordinal));
        Assert.True(all.Zip(replaced).Count(static pair => pair.First == pair.Second) < 20);
    }

    [Fact]
    public void One_character_more_or_less_changes_the_whole_replacement()
    {
        var cipher = new IdentityCipher(Seed);
        var (one, other) = (cipher.Replace(Some.Latin("1SAG9999000103")), cipher.Replace(Some.Latin("1SAG9999000104")));

        Assert.True(one.Zip(other).Count(static pair => pair.First != pair.Second) >= 6);
    }

    [Fact]
    public void Without_a_seed_each_run_replaces_otherwise_and_with_one_alike()
    {
        var text = Some.Latin("1SAG9999000103");
        Assert.NotEqual(new IdentityCipher().Replace(text), new IdentityCipher().Replace(text));
        Assert.Equal(new IdentityCipher(Seed).Replace(text), new IdentityCipher(Seed).Replace(text));
        Assert.NotEqual(new IdentityCipher(Seed).Replace(text), new IdentityCipher("another").Replace(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000000000000000")]
    [InlineData("------------------")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff")]
    public void What_names_nobody_stays(string text)
    {
        Assert.Equal(text, Some.Latin(new IdentityCipher(Seed).Replace(Some.Latin(text))));
        Assert.Equal(Some.Hex(text), Some.Latin(new IdentityCipher(Seed).ReplaceHex(Some.Latin(Some.Hex(text)))));
    }

    [Fact]
    public void Hexadecimal_text_is_replaced_as_the_text_that_it_is()
    {
        var cipher = new IdentityCipher(Seed);
        var text = Some.Latin(cipher.Replace(Some.Latin("1SAG9999000103")));
        Assert.Equal(Some.Hex(text), Some.Latin(cipher.ReplaceHex(Some.Latin(Some.Hex("1SAG9999000103")))));
        var message = Some.Latin(cipher.Replace(Some.Latin("Hallo Jan")));
        Assert.Equal(Some.Hex(message).ToLowerInvariant(), Some.Latin(cipher.ReplaceHex(Some.Latin(Some.Hex("Hallo Jan").ToLowerInvariant()))));
        Assert.Equal(2, cipher.Replaced);
    }

    [Fact]
    public void Any_pairs_of_hexadecimal_digits_stay_such_pairs()
    {
        var cipher = new IdentityCipher(Seed);
        var digits = Gen.Elements("0123456789ABCDEFabcdef".ToCharArray()).ArrayOf().Where(static digits => digits.Length % 2 == 0).ToArbitrary();
        Prop.ForAll(digits, text =>
        {
            var replaced = Some.Latin(cipher.ReplaceHex(Some.Latin(new string(text))));
            return replaced.Length == text.Length && replaced.All(char.IsAsciiHexDigit);
        }).Holds(500);
    }

    [Fact]
    public void Any_bytes_keep_their_kinds()
    {
        var cipher = new IdentityCipher(Seed);
        var bytes = Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf().ToArbitrary();
        Prop.ForAll(bytes, text => cipher.Replace(text).Select(static value => Kind((char)value)).SequenceEqual(text.Select(static value => Kind((char)value)))).Holds(500);
    }

    [Fact]
    public void The_longest_line_there_is_can_be_replaced()
    {
        var text = Some.Latin(string.Concat(Enumerable.Repeat("\u00e9Zz9", 1024)));
        Assert.Equal(text.Length, new IdentityCipher(Seed).Replace(text).Length);
    }

    static char Kind(char character) => character switch
    {
        >= '0' and <= '9' => 'd',
        >= 'A' and <= 'Z' => 'A',
        >= 'a' and <= 'z' => 'a',
        >= '\u0080' and <= '\u00fe' => '\u00e9',
        _ => character,
    };
}
