using System.Collections.Concurrent;
using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial.Tests.Reading;

/// <summary>A port whose reads end after a while, as on Windows, and give what the test puts in.</summary>
sealed class ScriptedPort : TimedPort
{
    readonly BlockingCollection<Func<byte[]?>> _arrivals = [];
    int _reads;

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>What has arrived and is not read yet.</summary>
    public int Waiting => _arrivals.Count;

    public bool IsClosed { get; private set; }

    public void Arrives(params byte[] bytes) => _arrivals.Add(() => bytes);

    public void IsUnplugged() => _arrivals.Add(() => null);

    public void Fails(SerialPortException reason) => _arrivals.Add(() => throw reason);

    public override int Read(Span<byte> buffer)
    {
        Interlocked.Increment(ref _reads);
        if (!_arrivals.TryTake(out var arrival, TimeSpan.FromMilliseconds(5))) return 0;
        if (arrival() is not { } bytes) return Gone;
        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    public override void Dispose() => IsClosed = true;
}
