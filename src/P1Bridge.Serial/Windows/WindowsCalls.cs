using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace P1Bridge.Serial.Windows;

/// <summary>The calls of kernel32 that a serial port needs. Each returns 0 when it failed.</summary>
static unsafe partial class WindowsCalls
{
    public const uint ReadAndWrite = 0x8000_0000 | 0x4000_0000;
    public const uint NotShared = 0;
    public const uint OpenExisting = 3;

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateFile(
        string path, uint access, uint sharing, void* security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "ReadFile", SetLastError = true)]
    public static partial int Read(SafeFileHandle port, byte* buffer, uint length, uint* count, void* overlapped);

    [LibraryImport("kernel32", EntryPoint = "GetCommState", SetLastError = true)]
    public static partial int GetLine(SafeFileHandle port, DeviceControlBlock* settings);

    [LibraryImport("kernel32", EntryPoint = "SetCommState", SetLastError = true)]
    public static partial int SetLine(SafeFileHandle port, DeviceControlBlock* settings);

    [LibraryImport("kernel32", EntryPoint = "SetCommTimeouts", SetLastError = true)]
    public static partial int SetTimeouts(SafeFileHandle port, ReadTimeouts* timeouts);

    [LibraryImport("kernel32", EntryPoint = "SetupComm", SetLastError = true)]
    public static partial int SetQueues(SafeFileHandle port, uint input, uint output);

    /// <summary>Asks the driver for line errors, and so whether it still has its device.</summary>
    [LibraryImport("kernel32", EntryPoint = "ClearCommError", SetLastError = true)]
    public static partial int ClearErrors(SafeFileHandle port, uint* errors, void* status);
}
