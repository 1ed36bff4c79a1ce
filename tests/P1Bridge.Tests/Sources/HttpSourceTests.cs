using System.Net;
using P1Bridge.Configuration;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public sealed class HttpSourceTests : IAsyncDisposable
{
    static readonly byte[] First = At(31);
    static readonly byte[] Second = At(32);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly WebDevice _device = new();
    readonly TestTimeProvider _time = new();

    [Fact]
    public async Task A_new_telegram_is_read_once_and_an_old_one_never()
    {
        _device.Answer(200, First);
        await using var stream = await OpenAsync();
        var read = ReadAsync(stream);
        await AskedAsync(3);
        Assert.False(read.IsCompleted);

        _device.Answer(200, Second);
        Assert.Equal(Second, await AdvanceUntilReadAsync(read));
        var next = ReadAsync(stream);
        var asked = _device.Requests.Count;
        await AskedAsync(asked + 3);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_telegram_that_stands_still_is_not_new_after_reopening_either()
    {
        var source = Source();
        _device.Answer(200, First);
        await using (await source.OpenAsync(CancellationToken.None))
            Assert.Single(_device.Requests);

        await using var again = await source.OpenAsync(CancellationToken.None);
        var read = ReadAsync(again);
        await AskedAsync(4);

        Assert.False(read.IsCompleted);
    }

    [Fact]
    public async Task It_is_asked_at_the_interval_and_not_more_often()
    {
        _device.Answer(200, First);
        await using var stream = await Source(new HttpSettings { Interval = TimeSpan.FromSeconds(5) }).OpenAsync(CancellationToken.None);
        var read = ReadAsync(stream);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Single(_device.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await UntilAsync(() => _device.Requests.Count == 2);
        Assert.False(read.IsCompleted);
    }

    [Fact]
    public async Task The_question_is_what_a_HomeWizard_device_expects()
    {
        _device.Answer(200, First);
        await using var stream = await OpenAsync();

        var head = Assert.Single(_device.Requests);
        Assert.StartsWith("GET /api/v1/telegram HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_token_goes_along_and_shows_nowhere_else()
    {
        const string token = "0123456789ABCDEF0123456789ABCDEF";
        _device.Answer(401, "{\"error\":\"user:unauthorized\"}"u8);

        var failure = await Assert.ThrowsAsync<IOException>(async () => await Source(new HttpSettings { Token = new Secret(token) }).OpenAsync(CancellationToken.None));

        Assert.Contains($"Authorization: Bearer {token}", Assert.Single(_device.Requests), StringComparison.Ordinal);
        Assert.Contains("the token is not valid", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token[..8], failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "asks for a token")]
    [InlineData(403, "In the HomeWizard Energy app: Settings, Meters, your P1 meter, switch on Local API")]
    [InlineData(404, "there are no telegrams at this address")]
    [InlineData(429, "Set http.interval to a longer time")]
    [InlineData(503, "it has got no telegram from the meter")]
    [InlineData(500, "it has a fault of its own")]
    [InlineData(302, "Set source to the final address")]
    [InlineData(418, "Check the address")]
    public async Task Each_refusal_says_what_to_do_next(int status, string advice)
    {
        _device.Answer(status, "{}"u8, "Location: http://127.0.0.1:1/elsewhere\r\n");

        Assert.Contains(advice, await FailureAsync(), StringComparison.Ordinal);
        Assert.Single(_device.Requests);
    }

    [Fact]
    public async Task Half_a_body_is_no_telegram()
    {
        _device.AnswerRaw([.. Some.Latin($"HTTP/1.1 200 OK\r\nContent-Length: {First.Length}\r\n\r\n"), .. First[..40]]);
        Assert.Contains("broke off its answer", await FailureAsync(), StringComparison.Ordinal);

        // Without a length nothing but the telegram itself tells.
        _device.AnswerRaw([.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. First[..40]]);
        Assert.Contains("broke off its answer", await FailureAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_body_is_refused_before_it_fills_the_memory(bool saysHowLong)
    {
        var body = new byte[8 * 1024 * 1024];
        Array.Fill(body, (byte)'/');
        _device.AnswerRaw([.. Some.Latin($"HTTP/1.1 200 OK\r\n{(saysHowLong ? $"Content-Length: {body.Length}\r\n" : "")}Connection: close\r\n\r\n"), .. body]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("answers, but not with a telegram", await FailureAsync(), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < body.Length / 2);
    }

    [Theory]
    [InlineData("<html>router</html>")]
    [InlineData("{\"active_power_w\": 300}")]
    [InlineData("")]
    public async Task Something_else_than_a_telegram_is_named_as_such(string body)
    {
        _device.Answer(200, Some.Latin(body));

        Assert.Contains("answers, but not with a telegram", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_named_as_broken()
    {
        _device.AnswerRaw("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());

        Assert.Contains("Check the address", (await FailureAsync()).Replace("broke off its answer. If this stays, check", "Check the address", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_device_is_given_up_after_ten_seconds()
    {
        _device.FallSilent();
        var opening = OpenAsync().AsTask();
        await UntilAsync(() => _device.Requests.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(opening.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        var failure = await Assert.ThrowsAsync<IOException>(() => opening.WaitAsync(Deadline));
        Assert.Contains("did not answer within 10 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_question_can_be_cancelled()
    {
        _device.FallSilent();
        using var cancellation = new CancellationTokenSource();
        var opening = Source().OpenAsync(cancellation.Token).AsTask();
        await UntilAsync(() => _device.Requests.Count == 1);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_device_that_is_off_cannot_be_reached()
    {
        await _device.DisposeAsync();

        Assert.Contains("cannot be reached", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_telegram_with_lost_carriage_returns_and_without_its_last_line_end_is_restored()
    {
        var expected = Some.OldTelegram("1-0:1.8.1(16722.627*kWh)");
        _device.Answer(200, Some.Latin(Some.Latin(expected).Replace("\r", "", StringComparison.Ordinal).TrimEnd()));
        await using var stream = await OpenAsync();

        Assert.Equal(expected, await ReadAsync(stream));
    }

    [Fact]
    public async Task An_encrypted_frame_comes_through_as_it_is()
    {
        var (one, two) = (CipherFrameWriter.Write(First, 1), CipherFrameWriter.Write(Second, 2));
        _device.Answer(200, one);
        await using var stream = await OpenAsync();
        _device.Answer(200, two);

        Assert.Equal(two, await AdvanceUntilReadAsync(ReadAsync(stream)));
    }

    [Fact]
    public async Task A_usual_web_server_with_a_lasting_connection_is_read()
    {
        using var server = new HttpListener();
        var address = new Uri($"http://{_device.Authority}/");
        await _device.DisposeAsync();
        server.Prefixes.Add(address.AbsoluteUri);
        server.Start();
        var serving = ServeAsync(server, [First, Second]);
        await using var stream = await OpenAsync();

        Assert.Equal(Second, await AdvanceUntilReadAsync(ReadAsync(stream)));
        await serving.WaitAsync(Deadline);
    }

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    static async Task ServeAsync(HttpListener server, IEnumerable<byte[]> bodies)
    {
        foreach (var body in bodies)
        {
            var context = await server.GetContextAsync();
            context.Response.ContentType = "text/plain";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }

    static byte[] At(int second) => Some.Telegram($"0-0:1.0.0(2502121922{second}W)", "1-0:1.7.0(00.500*kW)");

    HttpSource Source(HttpSettings? settings = null)
        => new((HttpSourceOptions)SourceText.Parse($"http://{_device.Authority}", out _)!, settings ?? new HttpSettings(), Some.Catalogue, _time);

    ValueTask<Stream> OpenAsync() => Source().OpenAsync(CancellationToken.None);

    async Task<string> FailureAsync()
        => (await Assert.ThrowsAsync<IOException>(async () => await OpenAsync().AsTask().WaitAsync(Deadline))).Message;

    static async Task<byte[]> ReadAsync(Stream stream)
    {
        var buffer = new byte[20_000];
        return buffer[..await stream.ReadAsync(buffer)];
    }

    Task AskedAsync(int times) => UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return _device.Requests.Count >= times;
    });

    async Task<byte[]> AdvanceUntilReadAsync(Task<byte[]> read)
    {
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return read.IsCompleted;
        });
        return await read;
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}
