using P1Bridge.Bridging;

namespace P1Bridge.Tests.Bridging;

public class OtherBridgeTests
{
    readonly OtherBridge _bridge = new();

    [Fact]
    public void Another_instance_that_publishes_now_is_news_once()
    {
        Assert.True(_bridge.IsNews(new OtherBridge().Own is var other ? $"{{\"instance\":\"{other}\"}}" : "", isRetained: false));
        Assert.False(_bridge.IsNews("""{"instance":"third"}""", isRetained: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\":\"1.0.0\"}")]
    [InlineData("{\"instance\":1}")]
    public void What_names_no_instance_is_no_news(string info) => Assert.False(_bridge.IsNews(info, isRetained: false));

    [Fact]
    public void Our_own_and_what_an_earlier_run_left_is_no_news()
    {
        Assert.False(_bridge.IsNews($"{{\"instance\":\"{_bridge.Own}\"}}", isRetained: false));
        Assert.False(_bridge.IsNews("""{"instance":"earlier"}""", isRetained: true));
    }
}
