using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace P1Bridge.Serial.Mac;

/// <summary>
/// The system calls a serial port needs on macOS. open and ioctl take a varying number of arguments, which Apple's Arm processors pass
/// in another way than named ones; so only their named arguments are used, and the line is set by tcsetattr.
/// </summary>
static unsafe partial class MacCalls
{
    public const int OpenReadWrite = 0x2;
    public const int OpenNoControllingTerminal = 0x2_0000;
    public const int CloseOnExec = 0x100_0000;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    // Requests without an argument.
    public const uint SetExclusive = 0x2000_740D;
    public const uint ClearExclusive = 0x2000_740E;
    public const uint LowerDataTerminalReady = 0x2000_7478;
    public const uint RaiseDataTerminalReady = 0x2000_7479;

    public const int SetNow = 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetLine(SafeFileHandle file, MacLineSettings* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetLine(SafeFileHandle file, int when, MacLineSettings* settings);
}
