namespace P1Bridge.Serial.Windows;

/// <summary>The error numbers of Windows (winerror.h) and the fault each one means for a serial port.</summary>
static class WindowsError
{
    public const int InvalidFunction = 1;
    public const int FileNotFound = 2;
    public const int PathNotFound = 3;
    public const int AccessDenied = 5;
    public const int InvalidHandle = 6;

    /// <summary>Stands for whatever else than a port answers when it is asked for its settings.</summary>
    public const int NoTerminal = InvalidHandle;

    public const int NotReady = 21;
    public const int BadCommand = 22;
    public const int GeneralFailure = 31;
    public const int SharingViolation = 32;
    public const int NotSupported = 50;
    public const int NoNetworkPath = 53;
    public const int NoNetworkName = 67;
    public const int InvalidParameter = 87;
    public const int SemaphoreTimeout = 121;
    public const int InvalidName = 123;
    public const int BadPath = 161;
    public const int NoSuchDevice = 433;
    public const int OperationAborted = 995;
    public const int InputOutputDevice = 1117;
    public const int DeviceNotConnected = 1167;
    public const int DeviceRemoved = 1617;

    /// <summary>What an error of opening or setting the port means.</summary>
    public static SerialPortFault ToFault(int error) => error switch
    {
        FileNotFound or PathNotFound or InvalidName or BadPath or NoNetworkPath or NoNetworkName => SerialPortFault.NotFound,
        // Any user may open a serial port; it is refused when another program has it.
        AccessDenied or SharingViolation => SerialPortFault.Busy,
        NoTerminal => SerialPortFault.NotSerial,
        _ when IsUnplugged(error) => SerialPortFault.Unplugged,
        _ => SerialPortFault.Other,
    };

    /// <summary>What drivers answer on opening a port whose adapter is gone or hangs.</summary>
    public static bool IsUnplugged(int error) => error is InvalidFunction or NotReady or BadCommand or GeneralFailure or SemaphoreTimeout or NoSuchDevice
        or OperationAborted or InputOutputDevice or DeviceNotConnected or DeviceRemoved;

    /// <summary>The same for reading an open port, where drivers of USB adapters have some more answers.</summary>
    public static bool EndsReading(int error) => IsUnplugged(error) || error is AccessDenied or FileNotFound or InvalidHandle;
}
