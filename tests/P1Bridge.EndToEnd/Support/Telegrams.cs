using System.Globalization;
using System.Text;

namespace P1Bridge.EndToEnd.Support;

/// <summary>Telegrams of the corpus, and variations of them with a right checksum.</summary>
static class Telegrams
{
    public const string Main = "fluvius-3p-gas-water-peaks";

    public static string PathOf(string name) => Repository.PathOf("tests", "telegrams", $"{name}.txt");

    public static byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>A telegram with a text replaced and its checksum made anew.</summary>
    public static byte[] With(byte[] telegram, string old, string replacement)
    {
        var text = Encoding.Latin1.GetString(telegram);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Seal(text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>A telegram without the lines that begin so, such as <c>0-1:</c> for what is on the first channel.</summary>
    public static byte[] Without(byte[] telegram, string beginning)
        => Seal(string.Concat(Encoding.Latin1.GetString(telegram).Split('\n').Where(line => line.Length > 0 && !line.StartsWith(beginning, StringComparison.Ordinal)).Select(static line => $"{line}\n")));

    static byte[] Seal(string text)
    {
        var body = text[..(text.LastIndexOf('!') + 1)];
        return Encoding.Latin1.GetBytes($"{body}{Checksum(Encoding.Latin1.GetBytes(body)).ToString("X4", CultureInfo.InvariantCulture)}\r\n");
    }

    /// <summary>A telegram with another power; the group that goes out with each change.</summary>
    public static byte[] WithPower(byte[] telegram, string kilowatts) => With(telegram, "1-0:1.7.0(04.662*kW)", $"1-0:1.7.0({kilowatts}*kW)");

    /// <summary>A telegram with a text of the same length replaced and its checksum left as it was.</summary>
    public static byte[] Damaged(byte[] telegram, string old, string replacement)
        => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(telegram).Replace(old, replacement, StringComparison.Ordinal));

    /// <summary>CRC-16/ARC bit by bit, as DSMR 5.0.2 P1 section 6.2 describes it; the tests' own, so that it can disagree.</summary>
    static ushort Checksum(byte[] bytes)
    {
        var register = 0;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
                register = (register & 1) != 0 ? (register >> 1) ^ 0xA001 : register >> 1;
        }
        return (ushort)register;
    }
}
