using System.Globalization;
using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Benchmarks;

/// <summary>What the benchmarks read.</summary>
static class Telegrams
{
    /// <summary>Ten minutes of <see cref="OfHouse"/>.</summary>
    public static byte[][] OfTenMinutes(Catalogue catalogue) => [.. OfHouse(catalogue).Take(600)];

    /// <summary>A house from noon in June on, a telegram a second: three phases, sun, 13-month history, gas and water. Never ends.</summary>
    public static IEnumerable<byte[]> OfHouse(Catalogue catalogue)
    {
        var house = new HouseModel(1, new DateTimeOffset(2026, 6, 17, 12, 0, 0, TimeSpan.FromHours(2)));
        var writer = new SimulatedTelegramWriter(catalogue);
        for (; ; house.Advance())
            yield return writer.Write(HouseReport.Of(house));
    }

    /// <summary>A file of tests/telegrams.</summary>
    public static byte[] OfFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "telegrams", name);
            if (File.Exists(path)) return File.ReadAllBytes(path);
        }
        throw new FileNotFoundException($"no folder above {AppContext.BaseDirectory} holds tests/telegrams/{name}");
    }

    /// <summary>The same telegram with one more unknown object of few bytes, so that it is laid out otherwise.</summary>
    public static byte[] WithOneMoreLine(byte[] telegram)
    {
        var text = Encoding.Latin1.GetString(telegram);
        var body = Encoding.Latin1.GetBytes(text[..text.LastIndexOf('!')] + "9-9:9.9.9(1)\r\n!");
        return [.. body, .. Encoding.Latin1.GetBytes(Crc16.Compute(body).ToString("X4", CultureInfo.InvariantCulture) + "\r\n")];
    }

    /// <summary>Reads all telegrams of a piece; how many were accepted.</summary>
    public static int Read(TelegramReader reader, ReadOnlySpan<byte> input)
    {
        var accepted = 0;
        while (reader.TryRead(ref input, out var outcome))
            accepted += outcome.IsAccepted ? 1 : 0;
        return accepted;
    }
}
