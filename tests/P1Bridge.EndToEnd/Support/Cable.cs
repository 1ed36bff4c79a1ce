using System.Diagnostics;

namespace P1Bridge.EndToEnd.Support;

/// <summary>
/// The P1 cable: a pair of pseudo terminals made by socat. Telegrams go into one end at the pace of a serial line; the bridge has
/// the other.
/// </summary>
sealed class Cable : IAsyncDisposable
{
    /// <summary>115200 baud with a start and a stop bit.</summary>
    const int BytesPerSecond = 11_520;

    const int ChunkSize = 64;

    readonly string _meterEnd;
    readonly CancellationTokenSource _stop = new();
    Task _repeating = Task.CompletedTask;
    Child? _socat;
    Child? _writer;
    volatile byte[]? _telegram;

    public Cable(string folder) => (_meterEnd, Port) = (Path.Combine(folder, "ttyMeter"), Path.Combine(folder, "ttyP1"));

    /// <summary>The end that the bridge opens.</summary>
    public string Port { get; }

    /// <summary>The same as the configuration names it.</summary>
    public string Source => $"serial:{Port}";

    public static async Task<Cable> StartAsync(string folder)
    {
        var cable = new Cable(folder);
        await cable.PlugInAsync();
        return cable;
    }

    public async Task PlugInAsync()
    {
        var socat = _socat = new Child("socat", [$"pty,raw,echo=0,link={_meterEnd}", $"pty,raw,echo=0,link={Port},perm=0666"]);
        await Eventually.HoldsAsync(() => socat.HasExited || (File.Exists(_meterEnd) && File.Exists(Port)), () => socat.Story);
        Assert.False(socat.HasExited, socat.Story);
        // A process of its own writes, because opening a terminal can bind it to the one that opens it.
        _writer = new Child("sh", ["-c", "exec cat > \"$0\"", _meterEnd]);
    }

    /// <summary>Pulls it: both ends are gone at once.</summary>
    public async Task UnplugAsync()
    {
        // A link left behind would lead to the terminal of another test, to which the system gives the same number.
        File.Delete(_meterEnd);
        File.Delete(Port);
        await _socat!.EndAsync("KILL");
        await _socat.DisposeAsync();
        await _writer!.DisposeAsync();
    }

    /// <summary>Sends a telegram at once and then every <paramref name="interval"/>; the next call changes it.</summary>
    public void Repeat(byte[] telegram, TimeSpan? interval = null)
    {
        var isRunning = _telegram is not null;
        _telegram = telegram;
        if (!isRunning) _repeating = Task.Run(() => RepeatAsync(interval ?? TimeSpan.FromSeconds(1)));
    }

    /// <summary>Sends bytes once, at the line's pace.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var clock = Stopwatch.StartNew();
        for (var sent = 0; sent < bytes.Length; sent += ChunkSize)
        {
            var due = TimeSpan.FromSeconds((double)sent / BytesPerSecond) - clock.Elapsed;
            if (due > TimeSpan.Zero) await Task.Delay(due, _stop.Token);
            await _writer!.Input.WriteAsync(bytes.Slice(sent, Math.Min(ChunkSize, bytes.Length - sent)), _stop.Token);
            await _writer.Input.FlushAsync(_stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_socat is not null) await _socat.DisposeAsync();
        if (_writer is not null) await _writer.DisposeAsync();
        await _repeating;
        _stop.Dispose();
    }

    async Task RepeatAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            do
            {
                await TrySendAsync(_telegram!);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    async Task TrySendAsync(byte[] telegram)
    {
        try
        {
            await SendAsync(telegram);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The meter goes on sending while the cable is out.
        }
    }
}
