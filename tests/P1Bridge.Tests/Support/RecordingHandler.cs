using P1Bridge.Core.Telegrams;

namespace P1Bridge.Tests.Support;

/// <summary>Writes down what the parser reports.</summary>
sealed class RecordingHandler : IDataObjectHandler
{
    public string Header { get; private set; } = "";

    /// <summary>Reference and value groups of each object, as <c>1-0:1.7.0[00.500*kW]</c>.</summary>
    public List<string> Objects { get; } = [];

    public List<(string Line, int Offset, int FaultAt, LineFault Fault)> BadLines { get; } = [];

    public static RecordingHandler Parse(ReadOnlySpan<byte> telegram)
    {
        var handler = new RecordingHandler();
        TelegramParser.Parse(telegram, ref handler);
        return handler;
    }

    public void OnHeader(ReadOnlySpan<byte> header) => Header = Some.Latin(header);

    public void OnObject(in DataObject dataObject)
    {
        var text = dataObject.Reference.ToString();
        foreach (var group in dataObject)
            text += $"[{Some.Latin(group)}]";
        Objects.Add(text);
    }

    public void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault)
        => BadLines.Add((Some.Latin(line), offset, faultAt, fault));
}
