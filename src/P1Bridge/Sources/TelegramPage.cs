using System.Net;
using System.Net.Http.Headers;
using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>
/// One web address with the last telegram as its body. Whatever goes wrong becomes an <see cref="IOException"/> that says what to do; the
/// token is in none of them.
/// </summary>
sealed class TelegramPage : IDisposable
{
    /// <summary>For one question and its whole answer: a device on the same network that needs longer has a fault.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>No telegram is longer.</summary>
    public const int LargestBody = 64 * 1024;

    const byte CipherMark = 0xDB;

    readonly HttpSourceOptions _source;
    readonly HttpAdvice _advice;
    readonly DeviceCertificate _certificate;
    readonly TimeProvider _time;
    readonly HttpClient _client;

    public TelegramPage(HttpSourceOptions source, HttpSettings settings, TimeProvider time)
    {
        (_source, _time, _advice, _certificate) = (source, time, new HttpAdvice(source, settings), new DeviceCertificate(settings));
        // Neither redirects nor a proxy: the token is meant for this device alone.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = Patience };
        _certificate.ApplyTo(handler.SslOptions);
        _client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        if (settings.Token.IsSet) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token.Reveal());
        if (source.IsHomeWizard) _client.DefaultRequestHeaders.Add("X-Api-Version", "2");
    }

    /// <summary>Asks, and returns a whole telegram as the framer wants it.</summary>
    public async Task<byte[]> FetchAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await FetchOnceAsync(both.Token);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException(_advice.OfSilence(Patience), exception);
        }
        catch (OperationCanceledException)
        {
            // The caller knows its own token, not the linked one.
            throw new OperationCanceledException(cancellation);
        }
        catch (HttpRequestException exception)
        {
            throw new IOException(_advice.Of(exception, _certificate), exception);
        }
        catch (HttpIOException exception)
        {
            throw new IOException(_advice.OfHalfAnAnswer(), exception);
        }
    }

    public void Dispose() => _client.Dispose();

    async Task<byte[]> FetchOnceAsync(CancellationToken cancellation)
    {
        using var response = await _client.GetAsync(_source.Address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode != HttpStatusCode.OK) throw new IOException(_advice.Of(response.StatusCode));
        if (response.Content.Headers.ContentLength > LargestBody) throw new IOException(_advice.OfSomethingElse());
        await using var content = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[LargestBody + 1];
        var length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        if (length > LargestBody) throw new IOException(_advice.OfSomethingElse());
        return Telegram(body.AsSpan(0, length));
    }

    byte[] Telegram(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith([CipherMark])) return body.ToArray();
        body = body.Trim(" \t\r\n"u8);
        if (!body.StartsWith("/"u8)) throw new IOException(_advice.OfSomethingElse());
        if (!body.Contains((byte)'!')) throw new IOException(_advice.OfHalfAnAnswer());
        return TelegramMessages.Whole(body);
    }
}
