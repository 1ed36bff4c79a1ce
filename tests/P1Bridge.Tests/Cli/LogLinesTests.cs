using Microsoft.Extensions.Logging;
using P1Bridge.Cli;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli;

public class LogLinesTests
{
    [Theory]
    [InlineData("mqtt", false, "2025-02-12T18:22:31+00:00 warn  mqtt: garage: two lines\n")]
    [InlineData("mqtt", true, "<4>mqtt: garage: two lines\n")]
    [InlineData("meters", false, "2025-02-12T18:22:31+00:00 warn  garage: two lines\n")]
    [InlineData("meters", true, "<4>garage: two lines\n")]
    public void A_line_says_who_speaks_once(string category, bool isForJournal, string expected)
    {
        var lines = new LogLines(isForJournal, new TestTimeProvider());

        Assert.Equal(expected, lines.Line(LogLevel.Warning, category, "garage: two\nlines", null));
    }
}
