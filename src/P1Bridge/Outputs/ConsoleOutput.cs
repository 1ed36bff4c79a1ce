using P1Bridge.Core.Publishing;
using Spectre.Console;

namespace P1Bridge.Outputs;

/// <summary>Readings on standard output: a table per telegram for people, or a line per value for other programs.</summary>
sealed class ConsoleOutput(IAnsiConsole console, string language, bool asTable) : IOutput
{
    public string Name => "console";

    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot)
            console.WriteLine($"{update.Name}: silent");
        else if (asTable)
            console.Write(Table(snapshot, language));
        else
            WriteLines(snapshot);
        return ValueTask.CompletedTask;
    }

    /// <summary>All values of a telegram, meter by meter.</summary>
    public static Table Table(MeterSnapshot snapshot, string language)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape($"{snapshot.Name}  {Payload.Of(snapshot.Clock ?? snapshot.ReceivedAt)}")) };
        table.AddColumn("Meter");
        table.AddColumn("Measurement");
        table.AddColumn(new TableColumn("Value").RightAligned());
        table.AddColumn("Unit");
        foreach (var device in snapshot.Devices)
        {
            foreach (var value in device.Values)
                table.AddRow(Cells(device, value, language));
        }
        return table;
    }

    static Text[] Cells(DeviceSnapshot device, PublishedValue value, string language)
    {
        var name = value.Row.Names.In(language);
        return
        [
            new Text(device.Medium.Names.In(language)),
            new Text(value.Key == value.Row.Id ? name : $"{name} {value.Key[(value.Row.Id.Length + 1)..]}"),
            new Text(value.Payload),
            new Text(value.Row.Unit?.Name ?? ""),
        ];
    }

    void WriteLines(MeterSnapshot snapshot)
    {
        foreach (var device in snapshot.Devices)
        {
            foreach (var value in device.Values)
                console.Profile.Out.Writer.WriteLine($"{snapshot.Name} {(device.TopicName.Length == 0 ? "" : device.TopicName + "/")}{value.Key} {value.Payload} {value.Row.Unit?.Name}".TrimEnd());
        }
    }
}
