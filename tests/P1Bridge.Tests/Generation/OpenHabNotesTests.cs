using P1Bridge.Generation;

namespace P1Bridge.Tests.Generation;

public class OpenHabNotesTests
{
    [Theory]
    [InlineData("localhost", false, 1)]
    [InlineData("127.0.0.1", false, 1)]
    [InlineData("::1", true, 2)]
    [InlineData("broker.lan", true, 1)]
    [InlineData("broker.lan", false, 0)]
    public void What_the_files_cannot_say_is_said(string host, bool needsLogin, int lines)
        => Assert.Equal(lines, OpenHabNotes.For(SomeOpenHab.Options with { Address = new BrokerAddress(host, 1883, false, needsLogin) }).Count());

    [Fact]
    public void Who_names_a_thing_of_openHAB_need_be_told_nothing()
        => Assert.Empty(OpenHabNotes.For(SomeOpenHab.Options with { DefinesBroker = false, Address = new BrokerAddress("localhost", 1883, false, true) }));
}
