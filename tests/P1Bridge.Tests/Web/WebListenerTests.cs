using System.Net;
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
}
