using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

public sealed class LoginTests : IAsyncLifetime
{
    const string Password = "pässwörd-日本";
    Mosquitto _broker = null!;

    public async Task InitializeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("p1bridge-mqtt-").FullName;
        var file = Path.Combine(directory, "passwords");
        await Mosquitto.RunToEndAsync("mosquitto_passwd", "-c", "-b", file, "meter", Password);
        _broker = await Mosquitto.StartInAsync(directory, "allow_anonymous false", $"password_file {file}");
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    async Task<MqttConnectResult> ConnectAsync(string? user, string? password)
    {
        await using var client = new MqttClient();
        return await client.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = _broker.Port, UserName = user, Password = password }).Soon();
    }

    [Fact]
    public async Task The_right_password_is_accepted_as_UTF_8() => Assert.True((await ConnectAsync("meter", Password)).Succeeded);

    [Theory]
    [InlineData("meter", "wrong-secret")]
    [InlineData("meter", null)]
    [InlineData("nobody", "wrong-secret")]
    [InlineData(null, null)]
    public async Task Anything_else_is_refused_with_advice_and_without_the_password(string? user, string? password)
    {
        var result = await ConnectAsync(user, password);
        Assert.False(result.Succeeded);
        Assert.Equal(MqttReasonCode.NotAuthorized, result.ReasonCode);
        Assert.Contains("Check user name and password", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", $"{result}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", "The broker refused user \"nobody\": ")]
    [InlineData("", "The broker refused a connection without a user name: ")]
    [InlineData(null, "The broker refused a connection without a user name: ")]
    public async Task A_refusal_says_who_was_refused(string? user, string expected)
        => Assert.StartsWith(expected, (await ConnectAsync(user, null)).Text, StringComparison.Ordinal);

    [Fact]
    public async Task The_managed_client_reports_a_configuration_problem_waits_the_longest_interval_and_never_shows_the_password()
    {
        await using var client = new ManagedMqttClient(random: new Random(1));
        var texts = new List<string>();
        client.StatusChanged += (_, status) => texts.Add($"{status}");
        await client.StartAsync(new ManagedMqttClientOptions
        {
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = "m", UserName = "meter", Password = "wrong-secret" },
        });
        await Eventually.True(() => client.Status.State == ManagedMqttState.Backoff);
        Assert.True(client.Status is { IsConfigurationProblem: true, Failure: MqttFailure.Refused });
        Assert.InRange(client.Status.RetryAfter!.Value, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(66));
        await client.StopAsync(TimeSpan.FromSeconds(30)).Soon();
        Assert.DoesNotContain("wrong-secret", string.Concat(texts) + client.GetHealth(), StringComparison.Ordinal);
        Assert.Contains(texts, text => text.Contains("\"meter\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_corrected_at_the_broker_is_noticed_without_a_restart()
    {
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(10),
            LongestDelay = TimeSpan.FromMilliseconds(50),
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = "m", UserName = "meter", Password = "new" },
        });
        await Eventually.True(() => client.Status.IsConfigurationProblem);
        await _broker.KillAsync();
        await Mosquitto.RunToEndAsync("mosquitto_passwd", "-b", Path.Combine(_broker.Directory, "passwords"), "meter", "new");
        await _broker.RunAsync();
        await Eventually.True(() => client.Status.State == ManagedMqttState.Online);
    }
}
