using System.Runtime.InteropServices;

namespace P1Bridge.Cli;

/// <summary>
/// Ctrl-C, a closed terminal and the service manager's stop signal ask the work to end in order; the second one ends the program at once.
/// </summary>
sealed class Interruption : IDisposable
{
    // Windows grants five seconds.
    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(4);

    readonly TaskCompletionSource _ended = new();
    readonly CancellationTokenSource _source = new();
    readonly List<PosixSignalRegistration> _registrations = [];

    public Interruption()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The program ends at once: the last chance to end what would go on without it. Raised on a signal's thread.</summary>
    public event Action? EndingAtOnce;

    /// <summary>What the program ends with after a signal: a stop by the service manager is no failure.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Interrupted;

    public void Dispose()
    {
        _ended.TrySetResult();
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            EndingAtOnce?.Invoke();
            return;
        }
        context.Cancel = true;
        ExitCode = context.Signal == PosixSignal.SIGTERM ? ExitCodes.Done : ExitCodes.Interrupted;
        _source.Cancel();
        // Windows ends the program as soon as this returns when its window is closed, the user logs off or the machine shuts down.
        if (OperatingSystem.IsWindows() && context.Signal != PosixSignal.SIGINT) _ended.Task.Wait(LastWords);
    }
}
