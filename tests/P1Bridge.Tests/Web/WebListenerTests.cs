using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Web;

namespace P1Bridge.Tests.Web;

public class WebListenerTests
{
    [Theory]
    [InlineData("127.0.0.1", "192.168.1.20", "Here")]
    [InlineData("::1", "192.168.1.20", "Here")]
    [InlineData("::ffff:127.0.0.1", "192.168.1.20", "Here")]
    [InlineData("192.168.1.20", "192.168.1.20", "Allowed")]
    [InlineData("::ffff:192.168.1.20", "192.168.1.20", "Allowed")]
    [InlineData("192.168.1.21", "192.168.1.20", "Stranger")]
    [InlineData("192.168.1.21", "", "Allowed")]
    [InlineData("", "", "Stranger")]
    public void Who_may_not_look_shares_no_connections_with_who_may(string address, string allowed, string asker)
    {
        var known = allowed.Length > 0 ? (IPAddress[])[IPAddress.Parse(allowed)] : [];

        Assert.Equal(asker, WebListener.AskerOf(address.Length > 0 ? IPAddress.Parse(address) : null, [.. known]).ToString());
    }

    [Theory]
    [InlineData(200, "OK")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "Not Found")]
    [InlineData(405, "Method Not Allowed")]
    [InlineData(503, "Service Unavailable")]
    public void A_status_has_the_phrase_of_the_standard(int status, string phrase) => Assert.Equal(phrase, WebListener.ReasonOf(status));

    [Fact]
    public async Task A_question_that_is_refused_gets_a_status_line_that_reads_well()
    {
        using var stop = new CancellationTokenSource();
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var running = new WebListener(address, [], static path => path == "/" ? new WebAnswer("text/plain", "fine", 503) : null, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);

        Assert.Equal("HTTP/1.1 503 Service Unavailable", await AskAsync(address, "GET / HTTP/1.1"));
        Assert.Equal("HTTP/1.1 404 Not Found", await AskAsync(address, "GET /other HTTP/1.1"));
        Assert.Equal("HTTP/1.1 405 Method Not Allowed", await AskAsync(address, "POST / HTTP/1.1"));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(1, "MQTT broker.lan:1883")]
    [InlineData(2, "MQTT cloud (broker.lan:1883)")]
    public void Several_brokers_are_told_apart_by_their_names(int count, string expected) => Assert.Equal(expected, StatusPage.BrokerName("cloud", "broker.lan:1883", count));

    static async Task<string> AskAsync(IPEndPoint address, string question)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{question}\r\nHost: here\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
