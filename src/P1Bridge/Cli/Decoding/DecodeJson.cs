using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Decoding;

/// <summary>Writes results in the format <c>p1-expected/1</c>: values by OBIS reference, unscaled, with the decimals as sent.</summary>
static class DecodeJson
{
    static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IEnumerable<DecodedResult> results, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Layout);
        json.WriteStartArray();
        foreach (var result in results)
        {
            if (result is DecodedTelegram telegram) WriteTelegram(json, telegram);
            else WriteError(json, (DecodedError)result);
        }
        json.WriteEndArray();
    }

    static void WriteError(Utf8JsonWriter json, DecodedError error)
    {
        json.WriteStartObject();
        json.WriteString("result", "error");
        json.WriteString("class", RejectReasons.Name(error.Reason));
        if (error.LineEndsChanged) json.WriteString("hint", "line_ends");
        json.WriteEndObject();
    }

    static void WriteTelegram(Utf8JsonWriter json, DecodedTelegram telegram)
    {
        json.WriteStartObject();
        json.WriteString("result", "telegram");
        json.WriteString("header", telegram.Header);
        json.WriteString("crc", telegram.Checksum?.ToString("X4", CultureInfo.InvariantCulture));
        WriteTime(json, "at", telegram.Clock);
        json.WriteStartObject("values");
        foreach (var same in telegram.Objects.GroupBy(static found => NameOf(found.Reference)))
        {
            json.WriteStartArray(same.Key);
            foreach (var value in same.SelectMany(static found => found.Values))
                WriteValue(json, value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        WriteIssues(json, telegram);
        json.WriteEndObject();
    }

    static void WriteIssues(Utf8JsonWriter json, DecodedTelegram telegram)
    {
        var issues = telegram.Objects.Where(static found => found.Issue != IssueClass.None).ToList();
        if (issues.Count == 0) return;
        json.WriteStartArray("issues");
        foreach (var found in issues)
        {
            json.WriteStartObject();
            json.WriteString("obis", NameOf(found.Reference));
            json.WriteString("class", Issues.Name(found.Issue));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteValue(Utf8JsonWriter json, DecodedValue value)
    {
        json.WriteStartObject();
        json.WritePropertyName("value");
        if (value.Number is { } number) json.WriteRawValue(number.ToString());
        else json.WriteStringValue(value.Moment is { } moment ? Payload.Of(moment) : value.Text);
        json.WriteString("unit", value.Unit);
        WriteTime(json, "at", value.At);
        if (value.ClosedAt is not null) WriteTime(json, "closed_at", value.ClosedAt);
        if (value.Raw is { } raw) json.WriteString("raw", raw);
        if (value.Capture is { } capture) WriteCapture(json, capture);
        json.WriteEndObject();
    }

    static void WriteCapture(Utf8JsonWriter json, OldCapture capture)
    {
        json.WriteString("status", capture.Status);
        json.WritePropertyName("period_min");
        // The status is not always a number, the period is.
        json.WriteRawValue(FixedPoint.TryRead(System.Text.Encoding.Latin1.GetBytes(capture.Period), out var period) ? period.ToString() : "null");
        json.WriteString("source", capture.Source);
    }

    static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
        => json.WriteString(name, time is { } known ? Payload.Of(known) : null);

    /// <summary>The reference without field F.</summary>
    static string NameOf(ObisReference reference) => reference.ToString().Split('*')[0];
}
