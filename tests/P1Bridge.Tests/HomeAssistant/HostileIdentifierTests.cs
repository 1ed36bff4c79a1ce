using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

public class HostileIdentifierTests
{
    static readonly string[] Nasty =
        ["", " ", "\"", "\\", "/", "#", "+", "a/b", "a_x002Fb", "_x", "_", "x", "a_", "a_x", "bridge", "_bridge", "\0", "\ud800", "é", "漢", "😀", "a\r\nb", "</script>", "{{ 1 }}", "meter_channel_1"];

    static readonly MeterSnapshot Telegram = Corpus.Snapshot("fluvius-3p-gas-water-peaks");

    static readonly Config FixedSeed = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20251105, 7919);

    /// <summary>Texts made of nasty parts and any others.</summary>
    static Arbitrary<string> Identifiers => Gen.ListOf(Gen.OneOf(Gen.Elements(Nasty), ArbMap.Default.GeneratorFor<string>().Select(static text => text ?? "")), 2)
        .Select(static parts => string.Concat(parts)).ToArbitrary();

    [Fact]
    public void No_identifier_breaks_the_topic_or_the_JSON()
        => Prop.ForAll(Identifiers, Identifiers, static (main, sub) =>
        {
            foreach (var message in Discovery.Builder().All((Discovery.Meter, SnapshotOf(main, sub))))
            {
                Assert.Empty(SensorRules.Findings(message));
                var number = (string?)message.Json()["device"]!["serial_number"];
                Assert.True(number is null || number == WellFormed(main) || number == WellFormed(sub), number);
            }
        }).Check(FixedSeed);

    [Fact]
    public void Different_identifiers_have_different_topics()
        => Prop.ForAll(Identifiers, Identifiers, static (one, other) => one == other || TopicOf(one) != TopicOf(other)).Check(FixedSeed);

    [Fact]
    public void All_nasty_identifiers_have_topics_of_their_own_apart_from_the_bridge()
        => Assert.Distinct(Nasty.Select(TopicOf).Append(Discovery.Builder().Bridge([]).Topic));

    [Theory]
    [InlineData("1SAG9999000103")]
    [InlineData("Z0099999999000103")]
    [InlineData("meter_channel_1")]
    [InlineData("a-b_c")]
    public void An_ordinary_identifier_stands_in_the_topic_as_it_is(string identifier)
        => Assert.Equal($"homeassistant/device/p1bridge_{identifier}/config", TopicOf(identifier));

    [Theory]
    [InlineData("p1bridge", "p1bridge_bridge")]
    [InlineData("home", "p1bridge_home_bridge")]
    [InlineData("home/p1", "p1bridge_home_x002Fp1_bridge")]
    public void A_bridges_node_follows_its_base_topic(string baseTopic, string node)
        => Assert.Equal($"homeassistant/device/{node}/config", Discovery.Builder(topics: new Topics(baseTopic)).Bridge([]).Topic);

    static MeterSnapshot SnapshotOf(string main, string sub)
        => Telegram.With(Telegram.Devices[0] with { Identity = main }, Telegram.Devices[1] with { Identity = sub, ParentIdentity = main });

    static string TopicOf(string identity) => Discovery.Builder().TopicOf(Discovery.Meter, Telegram.Devices[0] with { Identity = identity });

    /// <summary>Half a surrogate pair cannot be written in UTF-8.</summary>
    static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
