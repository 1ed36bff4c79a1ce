using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>Builders for what tests need some of.</summary>
static class Some
{
    public const string Header = @"/FLU5\253769484_A";

    /// <summary>The built-in catalogue.</summary>
    public static readonly Catalogue Catalogue = CatalogueLoader.Load();

    public static readonly DateTimeOffset Now = new(2025, 2, 12, 19, 22, 32, TimeSpan.FromHours(1));

    /// <summary>A telegram of these lines with a valid checksum.</summary>
    public static byte[] Telegram(params ReadOnlySpan<string> lines) => WithHeader(Header, lines);

    public static byte[] WithHeader(string header, params ReadOnlySpan<string> lines)
    {
        var body = Latin($"{header}\r\n\r\n{string.Concat(lines.ToArray().Select(static line => line + "\r\n"))}!");
        return [.. body, .. Latin(Crc16.Compute(body).ToString("X4", CultureInfo.InvariantCulture) + "\r\n")];
    }

    /// <summary>The same without a checksum, as DSMR 2.2 and 3 send it.</summary>
    public static byte[] OldTelegram(params ReadOnlySpan<string> lines)
        => Latin($@"/ISk5\2MT382-1003{"\r\n\r\n"}{string.Concat(lines.ToArray().Select(static line => line + "\r\n"))}!{"\r\n"}");

    public static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    public static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Text as meters send identifiers: pairs of hexadecimal digits.</summary>
    public static string Hex(string text) => Convert.ToHexString(Latin(text));

    public static ObisReference Reference(string text)
        => ObisReference.TryParse(text, out var reference) ? reference : throw new ArgumentException($"'{text}' is no OBIS reference");

    public static FixedPoint Number(string text) => FixedPoint.Parse(text);

    /// <summary>The catalogue's row.</summary>
    public static Measurement Row(string id, string medium = Medium.MainId)
        => Catalogue.Find(medium, id) ?? throw new ArgumentException($"the catalogue has no row '{medium}/{id}'");

    /// <summary>The readings of one accepted telegram.</summary>
    public static ReadingSet Readings(params ReadOnlySpan<string> lines)
    {
        var reader = new TelegramReader(Catalogue);
        Assert.Equal(RejectReason.None, Assert.Single(Outcomes(reader, Telegram(lines))).Reason);
        return reader.Readings;
    }

    /// <summary>Everything that a stream yields in one piece, its end included.</summary>
    public static List<TelegramOutcome> Outcomes(TelegramReader reader, ReadOnlySpan<byte> stream)
    {
        var outcomes = new List<TelegramOutcome>();
        while (reader.TryRead(ref stream, out var outcome))
            outcomes.Add(outcome);
        while (reader.TryComplete(out var last))
            outcomes.Add(last);
        return outcomes;
    }

    /// <summary>A snapshot with one device and these values.</summary>
    public static DeviceSnapshot Device(string topicName, string identity, params ReadOnlySpan<(string Id, string Payload)> values)
    {
        var medium = Catalogue.Media.First(medium => medium.Id == (topicName.Length == 0 ? Medium.MainId : topicName.TrimEnd('_', '2')));
        var published = ImmutableArray.CreateBuilder<PublishedValue>();
        foreach (var (id, payload) in values)
            published.Add(new PublishedValue(Row(id, medium.Id), id, payload, null));
        return new DeviceSnapshot(topicName, medium, identity, medium.IsMain ? null : "main", published.ToImmutable());
    }

    public static MeterSnapshot Snapshot(params ReadOnlySpan<DeviceSnapshot> devices) => new("meter", Now, Now, [.. devices], [], []);
}
