namespace P1Bridge.Core.Telegrams;

/// <summary>Receives what <see cref="TelegramParser"/> finds. Implement it as a struct that forwards, so that calls are inlined.</summary>
public interface IDataObjectHandler
{
    /// <summary>The first line without its line end, '/' included: a type code, not a serial number.</summary>
    void OnHeader(ReadOnlySpan<byte> header);

    /// <summary>A well-formed data object.</summary>
    void OnObject(in DataObject dataObject);

    /// <summary>A line that is none. <paramref name="offset"/> is where it starts, <paramref name="faultAt"/> the byte that is wrong.</summary>
    void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault);
}

/// <summary>What is wrong with a line that is no data object.</summary>
public enum LineFault
{
    /// <summary>It does not begin with an OBIS reference.</summary>
    NoReference,

    /// <summary>No value group follows the reference.</summary>
    NoValueGroup,

    /// <summary>A parenthesis is not closed, or one is open within another.</summary>
    UnbalancedGroup,

    /// <summary>Text stands outside the parentheses.</summary>
    TextOutsideGroup,
}
