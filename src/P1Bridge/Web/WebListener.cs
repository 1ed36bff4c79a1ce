using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace P1Bridge.Web;

/// <summary>What is answered to a question.</summary>
readonly record struct WebAnswer(string ContentType, string Text, int Status = 200);

/// <summary>
/// Answers GET with pages that are made on the spot, one per connection. That is all a read-only page needs; a whole web framework would cost every
/// installation twice the memory of the bridge, also those that show no page.
/// </summary>
/// <param name="address">Where it listens.</param>
/// <param name="allow">Who may ask besides this machine; empty: all.</param>
/// <param name="answer">The page of a path; null when there is none.</param>
/// <param name="time">For waits.</param>
/// <param name="log">Told when it cannot listen.</param>
sealed class WebListener(IPEndPoint address, ImmutableArray<IPAddress> allow, Func<string, WebAnswer?> answer, TimeProvider time, ILogger log)
{
    /// <summary>Of each kind of asker: those who may not look, or a whole network, do not keep this machine's own health check out.</summary>
    const int MostConnections = 16;
    const int MostStrangers = 4;
    const int LongestQuestion = 8192;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    readonly int[] _open = new int[Enum.GetValues<Asker>().Length];

    /// <summary>Who asks; each kind has connections of its own.</summary>
    internal enum Asker
    {
        Stranger,
        Allowed,
        Here,
    }

    /// <summary>Listens until cancelled; a port that is taken is tried again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var isDown = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var listener = new TcpListener(address);
                listener.Start();
                log.LogInformation("The page is at http://{Address}/", address);
                isDown = false;
                await ServeAsync(listener, cancellation);
            }
            catch (SocketException exception)
            {
                if (!isDown) log.LogWarning("The page cannot be shown at http://{Address}/: {Reason}. Is the port taken? Set web.listen to another one", address, exception.Message);
                isDown = true;
                await Task.Delay(RetryAfter, time, cancellation);
            }
        }
    }

    async Task ServeAsync(TcpListener listener, CancellationToken cancellation)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(cancellation);
            var asker = AskerOf(client);
            if (Interlocked.Increment(ref _open[(int)asker]) <= (asker == Asker.Stranger ? MostStrangers : MostConnections))
            {
                _ = ServeAsync(client, asker, cancellation);
                continue;
            }
            client.Dispose();
            Interlocked.Decrement(ref _open[(int)asker]);
        }
    }

    async Task ServeAsync(TcpClient client, Asker asker, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var question = await ReadAsync(stream, limit.Token);
                await stream.WriteAsync(asker != Asker.Stranger ? Answer(question) : Response(new WebAnswer("text/plain; charset=utf-8", "not from here\n", 403), hasBody: true), limit.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                // What was sent and not read would make the system throw the answer away.
                for (var rest = LongestQuestion; rest > 0 && await stream.ReadAsync(new byte[1024], limit.Token) is var read and > 0;)
                    rest -= read;
            }
        }
#pragma warning disable CA1031 // Whoever asks and goes away, or asks nonsense, is nobody's concern; nothing waits for this task.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.LogDebug("A question to the page was not answered: {Reason}", exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _open[(int)asker]);
        }
    }

    Asker AskerOf(TcpClient client)
    {
        try
        {
            return AskerOf((client.Client.RemoteEndPoint as IPEndPoint)?.Address, allow);
        }
        catch (SocketException)
        {
            // It is gone already; nobody waits for an answer.
            return Asker.Stranger;
        }
    }

    /// <summary>This machine always may; nobody named means everybody may.</summary>
    internal static Asker AskerOf(IPAddress? address, ImmutableArray<IPAddress> allow)
    {
        if (address is null) return Asker.Stranger;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) ? Asker.Here : allow.IsEmpty || allow.Contains(address) ? Asker.Allowed : Asker.Stranger;
    }

    /// <summary>The head of the question; the rest of it does not matter.</summary>
    static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[LongestQuestion];
        var length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) break;
            length += read;
        }
        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    byte[] Answer(string question)
    {
        var words = question.Split('\n', 2)[0].Split(' ');
        if (words is not ["GET" or "HEAD", var target, _]) return Response(new WebAnswer("text/plain; charset=utf-8", "only GET\n", 405), hasBody: true);
        var path = target.Split('?', 2)[0];
        return Response(answer(path) ?? new WebAnswer("text/plain; charset=utf-8", "nothing here\n", 404), hasBody: words[0] == "GET");
    }

    /// <summary>The phrases of RFC 9110 section 15, of the codes that are sent.</summary>
    internal static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        503 => "Service Unavailable",
        // The phrase may be empty, the blank before it not (RFC 9112 section 4).
        _ => "",
    };

    /// <summary>The page loads nothing and may stand in Home Assistant's frame.</summary>
    static byte[] Response(WebAnswer page, bool hasBody)
    {
        var body = Encoding.UTF8.GetBytes(page.Text);
        var head = FormattableString.Invariant($"HTTP/1.1 {page.Status} {ReasonOf(page.Status)}\r\nContent-Type: {page.ContentType}\r\nContent-Length: {body.Length}\r\n")
            + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n";
        return hasBody ? [.. Encoding.ASCII.GetBytes(head), .. body] : Encoding.ASCII.GetBytes(head);
    }
}
