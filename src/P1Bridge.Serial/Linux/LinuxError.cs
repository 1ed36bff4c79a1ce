namespace P1Bridge.Serial.Linux;

/// <summary>The error numbers of Linux (the same on x86, Arm and RISC-V) and the fault each one means for a serial port.</summary>
static class LinuxError
{
    public const int OperationNotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int DeviceBusy = 16;
    public const int NoSuchDevice = 19;
    public const int NotADirectory = 20;
    public const int IsADirectory = 21;
    public const int InvalidArgument = 22;
    public const int NotATerminal = 25;
    public const int TooManyLinks = 40;

    public static SerialPortFault ToFault(int error) => error switch
    {
        NoSuchFile or NotADirectory or TooManyLinks => SerialPortFault.NotFound,
        AccessDenied or OperationNotPermitted => SerialPortFault.PermissionDenied,
        // TryAgain is what flock answers when another holds the lock.
        DeviceBusy or TryAgain => SerialPortFault.Busy,
        NotATerminal or IsADirectory => SerialPortFault.NotSerial,
        _ when IsUnplugged(error) => SerialPortFault.Unplugged,
        _ => SerialPortFault.Other,
    };

    public static bool IsUnplugged(int error) => error is InputOutput or NoSuchDevice or NoSuchDeviceOrAddress;
}
