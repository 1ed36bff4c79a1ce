using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>Meters are foreign machines: whatever they send, nothing throws and nothing odd is published.</summary>
public class FuzzTests
{
    static readonly string[] References = [.. Some.Catalogue.Entries.Select(static entry => entry.Reference.ToString()), "9-9:9.9.9", "0-0:1.0.1"];

    static readonly string[] Groups =
    [
        "", "0", "1", "-1", "003", "007", "004", "999", "00.500*kW", "500*W", "-0.5*kW", "1*kWh", "12874.206*kWh", "0.000000000000000001*Wh",
        "999999999999999999*kWh", "999999999999999999", "231.7*V", "000.0*V", "5*A", "02871.504*m3", "1*dm3", "18.412*GJ", "*kW", "*", "-", ".", "1*",
        "251105175348W", "250715120000S", "632525252525W", "700101010000W", "000101010000W", "251315120000W", "250101120000", "250715120000X",
        "0-0:96.7.19", "1-0:1.6.0", "3153414739393939303030313033", "00000000000000", "FF", "4X", "text", "50217", "42", "1024", "\xFF\xFE",
    ];

    /// <summary>Sub-meters on any channel, some of them twice, frozen or never read.</summary>
    static readonly string[] SubMeters =
    [
        .. from channel in Enumerable.Range(1, 4)
           from line in (string[])
           [
               "24.1.0(003)", "24.1.0(003)", "24.1.0(004)", "96.1.1(41414131)", "96.1.1(41414132)", "96.1.1()",
               "24.2.3(250212190000W)(00001.000*m3)", "24.2.3(250212190500W)(00002.000*m3)", "24.2.3(250101190000W)(00009.000*m3)",
               "24.2.1(250212190000W)(00003.000*GJ)",
           ]
           select $"0-{channel}:{line}",
        "0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0)(250201000000W)(250103181500W)(01.000*kW)(250201000000W)(250104181500W)(02.000*kW)",
    ];

    static readonly Gen<string> Line = Gen.OneOf(Gen.Elements(SubMeters), AnyLine());

    static Gen<string> AnyLine() =>
        from reference in Gen.Elements(References)
        from channel in Gen.Elements("0", "1", "2", "3", "4", "5", "255")
        from groups in Gen.Elements(Groups).ArrayOf()
        select reference.Replace("-n:", $"-{channel}:", StringComparison.Ordinal) + string.Concat(groups.Select(static text => $"({text})"));

    [Fact]
    public void Any_mixture_of_objects_is_read_without_an_exception()
        => Prop.ForAll(Line.ArrayOf().ArrayOf().ToArbitrary(), static telegrams =>
        {
            var pipeline = new Pipeline();
            var policy = new PublishPolicy(new PublishRules());
            return telegrams.All(lines => IsSound(pipeline.Feed(Some.Telegram(lines), Some.Now), policy));
        }).Holds(1500);

    [Fact]
    public void Any_changed_bytes_of_a_real_telegram_with_a_right_checksum_are_read_without_an_exception()
    {
        var bodies = Corpus.Good.Select(static name => Some.Latin(Corpus.Bytes(name))).Select(static text => text[..text.LastIndexOf('!')]).ToArray();
        var change = Gen.Choose(0, 10_000).Zip(Gen.Choose(1, 255));
        var pipelines = bodies.Select(static _ => new Pipeline()).ToArray();
        Prop.ForAll(Gen.Choose(0, bodies.Length - 1).ToArbitrary(), change.ArrayOf().ToArbitrary(), (index, changes) =>
        {
            var body = bodies[index].ToCharArray();
            foreach (var (at, value) in changes)
            {
                var place = 10 + at % (body.Length - 10);
                if (value is not ('/' or '!') && body[place] != '\n') body[place] = (char)value;
            }
            var bytes = Some.Latin(new string(body) + "!");
            return IsSound(pipelines[index].Feed([.. bytes, .. Some.Latin($"{Crc16.Compute(bytes):X4}\r\n")], Some.Now), new PublishPolicy(new PublishRules()));
        }).Holds(1500);
    }

    /// <summary>Every topic once, no empty payload, numbers as design and consumers expect them.</summary>
    static bool IsSound(MeterSnapshot snapshot, PublishPolicy policy)
    {
        var values = snapshot.Devices.SelectMany(static device => device.Values.Select(value => (device.TopicName, value.Row, value.Payload, Topic: $"{device.TopicName}/{value.Key}"))).ToList();
        var published = policy.Decide(snapshot, snapshot.ReceivedAt);
        return values.All(static value => value.Payload.Length > 0)
            && values.Where(static value => value.Row.IsTotal).All(static value => !value.Payload.StartsWith('-'))
            && values.Select(static value => value.Topic).Distinct().Count() == values.Count
            && snapshot.Devices.Select(static device => device.TopicName).Distinct().Count() == snapshot.Devices.Length
            && snapshot.Devices.Select(static device => (device.Medium.Id, device.Identity)).Distinct().Count() == snapshot.Devices.Length
            && published.Where(static publication => publication.Payload is not null).All(publication => values.Exists(value => value.Topic.TrimStart('/') == publication.Topic));
    }
}
