using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P1Bridge.Sources;

namespace P1Bridge.Serving;

/// <summary>
/// Hands the raw bytes of a meter to any number of TCP clients as they arrive, so that one cable feeds other programs too. Who connects
/// gets what comes from then on. A client that does not keep up is dropped; none of them ever holds up the reader.
/// </summary>
sealed class RawServer(string name, IPEndPoint endPoint, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>More connections than any house needs; a faulty client that connects for ever must not use up the machine.</summary>
    const int MaximumClients = 64;

    readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    readonly LogLimit _refusals = new(time, TimeSpan.FromMinutes(1));
    ImmutableArray<RawClient> _clients = [];
    Socket? _listener;
    string? _fault;
    long _dropped;

    /// <summary>Programs that listen now.</summary>
    public int Clients => _clients.Length;

    /// <summary>Clients that were dropped because they did not keep up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Why nobody can connect; null when they can.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>The most bytes that wait for one client.</summary>
    public int Backlog => _clients.IsEmpty ? 0 : _clients.Max(static client => client.Backlog);

    /// <summary>Where it listens, with the port that was chosen for port 0.</summary>
    public IPEndPoint EndPoint => (IPEndPoint?)_listener?.LocalEndPoint ?? endPoint;

    /// <summary>Serves until cancelled; a port that cannot be had is tried again and again. Never throws.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                try
                {
                    Bind();
                    await AcceptAsync(cancellation);
                }
                catch (IOException exception)
                {
                    Down(exception.Message);
                }
                await Task.Delay(_backoff.Next(), time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Takes the port. Throws <see cref="IOException"/> with a text that says what to do.</summary>
    public void Bind()
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen();
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException(TextOf(exception), exception);
        }
        _listener = listener;
        if (_fault is not null) log.LogInformation("{Name}: serving on {EndPoint} again", name, EndPoint);
        else log.LogInformation("{Name}: raw bytes for other programs on tcp://{EndPoint}", name, EndPoint);
        Volatile.Write(ref _fault, null);
        _backoff.Reset();
    }

    /// <summary>Lets clients in until cancelled; <see cref="Bind"/> comes first.</summary>
    public async Task AcceptAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
                Welcome(await _listener!.AcceptAsync(cancellation));
        }
        catch (SocketException exception)
        {
            _listener!.Dispose();
            throw new IOException($"{endPoint} takes no more connections: {exception.Message}", exception);
        }
    }

    /// <summary>Hands bytes to everybody. Neither waits nor throws.</summary>
    public void Offer(ReadOnlySpan<byte> bytes)
    {
        var clients = _clients;
        if (clients.IsEmpty) return;
        var copy = bytes.ToArray();
        foreach (var client in clients)
        {
            if (client.TryOffer(copy) || !TryRemove(client)) continue;
            Interlocked.Increment(ref _dropped);
            log.LogWarning("{Name}: {Client} does not keep up and was dropped; {Bytes} bytes waited for it", name, client.Address, client.Backlog);
            client.Abort();
        }
    }

    /// <summary>Waits until everything offered is on its way to the clients that are still there.</summary>
    public async Task DrainAsync(int atMost, CancellationToken cancellation)
    {
        while (Backlog > atMost)
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellation);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        foreach (var client in ImmutableInterlocked.InterlockedExchange(ref _clients, []))
            client.Close();
    }

    void Welcome(Socket socket)
    {
        if (_clients.Length >= MaximumClients)
        {
            socket.Dispose();
            if (_refusals.IsDue(out _)) log.LogWarning("{Name}: more than {Clients} programs want to listen; the last one was turned away", name, MaximumClients);
            return;
        }
        if (RawClient.TryCreate(socket) is not { } client) return;
        ImmutableInterlocked.Update(ref _clients, static (all, one) => all.Add(one), client);
        log.LogDebug("{Name}: {Client} listens", name, client.Address);
        _ = SendAsync(client);
    }

    async Task SendAsync(RawClient client)
    {
        var reason = await client.RunAsync();
        if (!TryRemove(client)) return;
        log.LogDebug("{Name}: {Client} has gone ({Reason})", name, client.Address, reason);
        client.Abort();
    }

    bool TryRemove(RawClient client) => ImmutableInterlocked.Update(ref _clients, static (all, one) => all.Remove(one), client);

    void Down(string reason)
    {
        if (_fault != reason) log.LogWarning("{Name}: {Reason} Trying again", name, reason);
        Volatile.Write(ref _fault, reason);
    }

    string TextOf(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"port {endPoint.Port} is in use by another program. Stop that program or choose another port.",
        SocketError.AccessDenied => $"port {endPoint.Port} is reserved for the system. Choose one above 1023.",
        SocketError.AddressNotAvailable => $"{endPoint.Address} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all its addresses.",
        _ => $"{endPoint} cannot be opened: {exception.Message}.",
    };
}
