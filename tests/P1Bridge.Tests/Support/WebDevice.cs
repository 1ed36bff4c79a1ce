using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace P1Bridge.Tests.Support;

/// <summary>
/// A device with a web page on a loopback port. What it answers is bytes, so that it can break off, babble and be silent as no library would.
/// </summary>
sealed class WebDevice : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly X509Certificate2? _certificate;
    readonly List<string> _requests = [];
    readonly Task _serving;
    volatile byte[]? _answer = [];

    public WebDevice(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        Authority = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    public string Authority { get; }

    /// <summary>The heads of the requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    /// <summary>Answers with a status and a body from now on.</summary>
    public void Answer(int status, ReadOnlySpan<byte> body, string more = "")
        => _answer = [.. Some.Latin($"HTTP/1.1 {status} Reason\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{more}\r\n"), .. body];

    /// <summary>Answers with these bytes and hangs up.</summary>
    public void AnswerRaw(byte[] answer) => _answer = answer;

    /// <summary>Takes questions from now on and never answers.</summary>
    public void FallSilent() => _answer = null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
        await Task.WhenAll(answering);
    }

    async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = await SecureAsync(client.GetStream());
                await ReadHeadAsync(stream);
                if (_answer is { } answer) await stream.WriteAsync(answer, _stop.Token);
                else await Task.Delay(Timeout.Infinite, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
            {
                // Whoever asked has hung up, does not trust us, or the test is over.
            }
        }
    }

    async Task<Stream> SecureAsync(Stream stream)
    {
        if (_certificate is null) return stream;
        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return secure;
    }

    async Task ReadHeadAsync(Stream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) > 0)
            head.Append((char)one[0]);
        lock (_requests) _requests.Add(head.ToString());
    }
}
