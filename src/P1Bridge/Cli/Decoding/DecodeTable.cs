using System.Globalization;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using Spectre.Console;

namespace P1Bridge.Cli.Decoding;

/// <summary>Shows results to people: a table per telegram, a sentence per refused one, bad lines with a caret under the byte.</summary>
static class DecodeTable
{
    public static void Write(IEnumerable<DecodedResult> results, IAnsiConsole console)
    {
        foreach (var result in results)
        {
            if (result is DecodedTelegram telegram) WriteTelegram(telegram, console);
            else WriteError((DecodedError)result, console);
        }
    }

    static void WriteTelegram(DecodedTelegram telegram, IAnsiConsole console)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(Printable(telegram.Header))), Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn("OBIS").NoWrap());
        table.AddColumn("Measurement");
        table.AddColumn(new TableColumn("Value").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("Unit").NoWrap());
        table.AddColumn(new TableColumn("Time").NoWrap());
        var hasRemarks = telegram.Objects.Any(static found => found.Issue != IssueClass.None);
        if (hasRemarks) table.AddColumn("Remark");
        foreach (var found in telegram.Objects)
        {
            foreach (var value in found.Values.DefaultIfEmpty(new DecodedValue { Text = "(empty)" }))
                table.AddRow(Cells(found, value).Take(table.Columns.Count));
        }
        table.Caption = new TableTitle(telegram.Checksum is { } crc ? $"checksum {crc:X4} is right" : "no checksum, as in DSMR 2.2 and 3");
        console.Write(table);
        foreach (var line in telegram.BadLines)
            WriteBadLine(line, console);
    }

    static Text[] Cells(DecodedObject found, DecodedValue value) =>
    [
        new(found.Reference.ToString()),
        new(found.Row is { } row ? row.Names.En : "unknown, kept"),
        new(Printable(value.Number?.ToString() ?? (value.Moment is { } moment ? Readable(moment) : value.Text) ?? "(empty)")),
        new(Printable(value.Unit ?? "")),
        new(value.At is { } at ? Readable(at) : ""),
        new(found.Issue == IssueClass.None ? "" : Issues.Name(found.Issue), new Style(Color.Yellow)),
    ];

    /// <summary>As on the meter's own clock; with offset it would be too wide for an ordinary terminal.</summary>
    static string Readable(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static void WriteBadLine(BadLine line, IAnsiConsole console)
    {
        console.WriteLine($"This line is no data object and was left out: {Reason(line.Fault)}");
        console.WriteLine($"  {Printable(line.Text)}");
        console.WriteLine($"  {new string(' ', Math.Min(line.FaultAt, line.Text.Length))}^");
    }

    static void WriteError(DecodedError error, IAnsiConsole console)
    {
        console.Write(new Text($"Telegram refused ({RejectReasons.Name(error.Reason)})", new Style(Color.Red)));
        console.WriteLine($": {RejectReasons.Text(error.Reason)}.");
        if (error.LineEndsChanged) console.WriteLine("  With CR LF line ends the checksum would match: a port or gateway that is not in raw mode has changed them.");
        // Of a refused encrypted frame there is nothing to see.
        if (error.Bytes.Length == 0) return;
        var last = System.Text.Encoding.Latin1.GetString(error.Bytes).TrimEnd().Split('\n')[^1].TrimEnd('\r');
        var shown = last.Length > 100 ? last[^100..] : last;
        console.WriteLine($"  it ends here: {Printable(shown)}");
        console.WriteLine($"                {new string(' ', CaretOf(error.Reason, shown))}^");
    }

    /// <summary>Under the '!' whose checksum is refused; behind the end of what was cut off.</summary>
    static int CaretOf(RejectReason reason, string shown)
        => reason is RejectReason.CrcMismatch or RejectReason.CrcMalformed && shown.EndsWith('!') ? shown.Length - 1 : shown.Length;

    static string Reason(LineFault fault) => fault switch
    {
        LineFault.NoReference => "it does not begin with an OBIS reference",
        LineFault.NoValueGroup => "no value follows the reference",
        LineFault.UnbalancedGroup => "a parenthesis is not closed",
        _ => "text stands outside the parentheses",
    };

    /// <summary>Control characters and bytes beyond ASCII could steer the terminal.</summary>
    static string Printable(string text) => string.Concat(text.Select(static letter => letter is >= ' ' and <= '~' ? letter : '.'));
}
