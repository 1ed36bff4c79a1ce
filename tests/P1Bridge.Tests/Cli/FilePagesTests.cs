using P1Bridge.Cli;

namespace P1Bridge.Tests.Cli;

public class FilePagesTests
{
    [Fact]
    public void Code_of_a_file_that_nobody_changed_can_be_given_back()
        => Assert.Equal([new MappedPages(0x7f00_0000_1000, 0x7f00_0000_3000)], Read("7f0000001000-7f0000003000 r-xp 0000a000 fd:00 1234       /opt/p1 bridge/p1bridge"));

    [Theory]
    [InlineData("7f0000001000-7f0000003000 rw-p 0000a000 fd:00 1234       /usr/bin/p1bridge")]
    [InlineData("7f0000001000-7f0000003000 r-xp 00000000 00:00 0          [vdso]")]
    [InlineData("7f0000001000-7f0000003000 r-xs 00000000 00:01 77         /memfd:doublemapper (deleted)")]
    [InlineData("7f0000001000-7f0000003000 r--p 00000000 00:00 0 ")]
    public void What_can_be_written_or_is_no_file_stays(string mapping) => Assert.Empty(Read(mapping));

    [Fact]
    public void A_mapping_with_a_changed_page_stays()
        => Assert.Empty(Read("7f0000001000-7f0000003000 r--p 0000a000 fd:00 1234       /usr/bin/p1bridge", "8 kB"));

    static List<MappedPages> Read(string mapping, string anonymous = "0 kB") => [.. FilePages.Unchanged(
        ["55a0-55b0 rw-p 00000000 00:00 0 ", "Anonymous:             4 kB", mapping, "Size:                  8 kB", "Rss:                   8 kB", $"Anonymous:          {anonymous,7}", "VmFlags: rd ex mr mw me"])];
}
