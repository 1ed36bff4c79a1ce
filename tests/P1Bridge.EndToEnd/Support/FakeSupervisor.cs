using System.Globalization;
using System.Net;
using System.Text;

namespace P1Bridge.EndToEnd.Support;

/// <summary>The Supervisor's services API on a free loopback port, as add-ons see it.</summary>
sealed class FakeSupervisor : IAsyncDisposable
{
    public const string Token = "0123456789abcdef-token-of-the-test";

    readonly HttpListener _listener = new();
    readonly Task _serving;
    volatile string? _service;
    int _questions;

    /// <param name="service">What <c>/services/mqtt</c> has in <c>data</c>; null: no broker offers itself.</param>
    public FakeSupervisor(string? service)
    {
        _service = service;
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Broker.FreePort()}");
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>A broker begins to offer itself.</summary>
    public void Offer(string service) => _service = service;

    public static string Service(Broker broker, string user = "", string password = "") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"addon":"core_mosquitto","host":"{{broker.Host}}","port":"{{broker.Port}}","ssl":false,"username":"{{user}}","password":"{{password}}","protocol":"3.1.1"}""");

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Interlocked.Increment(ref _questions);
                var (status, text) = Answer(context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                context.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: true);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }
        }
    }

    (int Status, string Text) Answer(HttpListenerRequest request)
    {
        if (request.Headers["Authorization"] != $"Bearer {Token}") return (401, """{"result":"error","message":"unauthorized"}""");
        if (request.Url!.AbsolutePath != "/services/mqtt") return (404, """{"result":"error","message":"not found"}""");
        return _service is { } service ? (200, $$"""{"result":"ok","data":{{service}}}""") : (400, """{"result":"error","message":"Service not enabled"}""");
    }
}
