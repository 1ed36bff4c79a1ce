using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// Structures go to the kernel as they lie in memory.
[assembly: DisableRuntimeMarshalling]

namespace P1Bridge.Serial.Linux;

/// <summary>
/// The system calls a serial port needs. Speeds are set by ioctl and not by the C library's speed functions, whose
/// numbers differ between glibc versions and musl.
/// </summary>
static unsafe partial class LinuxCalls
{
    public const int OpenReadWrite = 0x2;
    public const int OpenNoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x8_0000;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    public const uint GetSettings = 0x802C_542A;
    public const uint SetSettings = 0x402C_542B;
    public const uint SetExclusive = 0x540C;
    public const uint ClearExclusive = 0x540D;
    public const uint GetModemLines = 0x5415;
    public const uint RaiseModemLines = 0x5416;
    public const uint LowerModemLines = 0x5417;
    public const int DataTerminalReady = 0x2;
    public const int RequestToSend = 0x4;

    public const short PollReadable = 0x1;
    public const short PollBroken = 0x8 | 0x10 | 0x20; // error, hang-up, not open

    public const int CurrentDirectory = -100;
    public const uint BasicFacts = 0x7FF;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle Event(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Facts(int directory, string path, int flags, uint mask, FileFacts* facts);
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
struct PollEntry
{
    /// <summary>A negative number leaves this entry out.</summary>
    public int File;
    public short Wanted;
    public short Seen;
}

/// <summary>The part of struct statx that is used; its layout is the same on every processor, unlike that of struct stat.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct FileFacts
{
    [FieldOffset(24)] public uint Group;
    [FieldOffset(28)] public ushort Mode;
}
