using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial;

/// <summary>
/// The bytes a serial port receives, unchanged and as soon as they arrive. A read returns 0 once the device is unplugged, and
/// from then on; open the port again to go on. One read at a time; nothing can be written, a P1 port has no use for it.
/// </summary>
public sealed class SerialStream : Stream
{
    readonly PortReader _reader;

    internal SerialStream(PortReader reader) => _reader = reader;

    /// <summary>True until the stream is disposed.</summary>
    public override bool CanRead => !_reader.IsDisposed;

    /// <summary>Always false.</summary>
    public override bool CanSeek => false;

    /// <summary>Always false.</summary>
    public override bool CanWrite => false;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Waits for at least one byte and returns those that are there. Cancelling takes effect at once and loses no byte.
    /// Allocates nothing in the steady state.
    /// </summary>
    /// <returns>The number of bytes; 0 when the device is unplugged.</returns>
    /// <exception cref="InvalidOperationException">Another read is still waiting.</exception>
    /// <exception cref="ObjectDisposedException">The stream is disposed, before or during the read.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled; later reads work.</exception>
    /// <exception cref="SerialPortException">The system refused the read for another reason than an unplugged device.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _reader.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, blocking the calling thread.</summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        _reader.ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Does nothing: nothing is ever written.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Closes the port; when this returns, it can be opened again.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _reader.Dispose();
        base.Dispose(disposing);
    }
}
