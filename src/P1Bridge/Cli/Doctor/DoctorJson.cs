using System.Text.Encodings.Web;
using System.Text.Json;
using P1Bridge.Bridging;
using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Cli.Doctor;

/// <summary>The results for programs, format <c>p1-doctor/1</c>: keys may be added, never renamed or removed.</summary>
static class DoctorJson
{
    static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IReadOnlyList<CheckResult> results, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Layout);
        json.WriteStartObject();
        json.WriteString("format", "p1-doctor/1");
        json.WriteString("version", BridgeReports.Version);
        json.WriteBoolean("ok", !results.Any(static result => result.IsFault));
        json.WriteStartArray("checks");
        foreach (var result in results)
            WriteResult(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, CheckResult result)
    {
        json.WriteStartObject();
        json.WriteString("check", result.Check);
        if (result.Meter is { } meter) json.WriteString("meter", meter);
        if (result.Broker is { } broker) json.WriteString("broker", broker);
        json.WriteString("status", CheckResult.Name(result.Status));
        if (result.Finding is { } finding) json.WriteString("finding", finding);
        if (result.Confidence is { } confidence) json.WriteString("confidence", LineFindings.Name(confidence));
        json.WriteString("text", result.Text);
        WriteTexts(json, "details", result.Details);
        WriteTexts(json, "advice", result.Advice);
        WriteFacts(json, result.Facts);
        if (result.Recovered is { } recovered) WriteTexts(json, "recovered", recovered.Split('\n'));
        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static void WriteFacts(Utf8JsonWriter json, IReadOnlyList<LineFact> facts)
    {
        if (facts.Count == 0) return;
        json.WriteStartObject("evidence");
        foreach (var (name, value) in facts)
            json.WriteNumber(name, value);
        json.WriteEndObject();
    }
}
