namespace P1Bridge.Serial;

/// <summary>A serial port could not be opened or read. The message says what the user can do about it.</summary>
public sealed class SerialPortException : IOException
{
    internal SerialPortException(SerialPortFault fault, string path, string message, int error = 0)
        : base(message, error)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>The kind of fault, for programs; <see cref="Exception.Message"/> is for people.</summary>
    public SerialPortFault Fault { get; }

    /// <summary>The port's path as it was asked for.</summary>
    public string Path { get; }
}
