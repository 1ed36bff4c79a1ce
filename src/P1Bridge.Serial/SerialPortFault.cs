namespace P1Bridge.Serial;

/// <summary>Why a serial port could not be opened or read.</summary>
public enum SerialPortFault
{
    /// <summary>Anything the other values do not name; the message carries the system's own text.</summary>
    Other,

    /// <summary>No such device file, or a link to one that is gone.</summary>
    NotFound,

    /// <summary>The user may not open the device file. Not told on Windows, where it looks like <see cref="Busy"/>.</summary>
    PermissionDenied,

    /// <summary>Another program (or this one) has the port open.</summary>
    Busy,

    /// <summary>The path names something that is not a serial port.</summary>
    NotSerial,

    /// <summary>The device file exists, but no device answers behind it.</summary>
    Unplugged,
}
