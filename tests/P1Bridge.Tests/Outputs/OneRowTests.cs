using System.Text.Json.Nodes;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

/// <summary>The promise of the catalogue: one row, and everything else follows.</summary>
public class OneRowTests
{
    const string MadeUpRow = """

          - id: flux_density
            obis: "1-0:199.7.0"
            kind: number
            unit: V
            group: live
            names: { en: Flux density, nl: Fluxdichtheid, fr: Densité de flux, de: Flussdichte }
            home_assistant: { device_class: voltage, state_class: measurement, unit: V, precision: 1 }
            example: "1-0:199.7.0(012.5*V)"
        """;

    [Fact]
    public async Task A_made_up_reference_is_one_catalogue_row_and_becomes_topic_entity_and_json_key()
    {
        var catalogue = CatalogueLoader.Parse(("catalogue.yaml", CatalogueLoader.BuiltInText() + Indented(MadeUpRow)));
        var snapshot = new Pipeline(catalogue: catalogue).Feed("0-0:96.1.1(3153414739393939303030313033)", "1-0:199.7.0(0099.4*V)");
        var topics = new Topics("p1bridge");
        var sent = new CollectedPublications();

        await new MqttValuesOutput(topics, new PublishRules(), retain: true, sent.Add, new TestTimeProvider()).WriteAsync(snapshot, CancellationToken.None);
        var json = JsonNode.Parse(MqttJsonOutput.Write(snapshot, snapshot.Devices[0]))!;
        var discovery = new DiscoveryBuilder(new DiscoveryOptions(), topics, "1.2.3").All((new DiscoveryMeter("meter"), snapshot)).Last();
        var entity = JsonNode.Parse(discovery.Payload!)!["components"]!["flux_density"]!;

        Assert.Contains(new MqttPublication("p1bridge/meter/flux_density", "99.4", Retain: true, MessageKind.State), sent);
        Assert.Equal("99.4", json["flux_density"]!.ToJsonString());
        Assert.Equal("p1bridge/meter/flux_density", (string?)entity["state_topic"]);
        Assert.Equal("1SAG9999000103_flux_density", (string?)entity["unique_id"]);
        Assert.Equal("Flux density", (string?)entity["name"]);
    }

    /// <summary>A raw text starts at the column of its closing quotes; rows of the catalogue stand two columns in.</summary>
    static string Indented(string row) => row.ReplaceLineEndings("\n") + "\n";
}
