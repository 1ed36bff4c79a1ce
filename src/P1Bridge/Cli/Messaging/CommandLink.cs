using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary>The connection of a command: connects, again after a loss, and says on standard error what a person should know.</summary>
sealed class CommandLink : IAsyncDisposable
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>A connection that stood for so long was a good one.</summary>
    static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    readonly LinkSettings _settings;
    readonly MqttClient _client = new();
    TaskCompletionSource<MqttClosed> _closed = new();
    TimeSpan _wait = FirstWait;
    long _connectedAt;
    bool _saidVersion;

    public CommandLink(LinkSettings settings)
    {
        _settings = settings;
        _client.Closed += (_, closed) => _closed.TrySetResult(closed);
        if (settings.ShowsPackets) _client.PacketSeen += (_, text) => Console.Error.WriteLine(text);
    }

    /// <summary>The link itself.</summary>
    public MqttClient Client => _client;

    /// <summary>Completes when the present connection has ended.</summary>
    public Task<MqttClosed> Closed => _closed.Task;

    /// <summary>Connects for the first time: what fails then is the user's to know.</summary>
    public async Task<bool> ConnectAsync(CancellationToken cancellation) => await TryConnectAsync(cancellation) is null;

    /// <summary>Connects again after a loss, with growing waits; false when that is not wanted.</summary>
    public async Task<bool> ReconnectAsync(CancellationToken cancellation)
    {
        var closed = await Closed.WaitAsync(cancellation);
        Say($"The connection to {Place} ended: {closed.Text}");
        if (!_settings.Reconnects) return false;
        if (TimeProvider.System.GetElapsedTime(_connectedAt) >= Stable) _wait = FirstWait;
        do
        {
            await Task.Delay(_wait, cancellation);
            _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
        }
        while (await TryConnectAsync(cancellation) is not null);
        return true;
    }

    /// <summary>Says DISCONNECT and closes.</summary>
    public Task DisconnectAsync() => _client.DisconnectAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    /// <summary>One line on standard error.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"p1bridge: {text}");

    string Place => FormattableString.Invariant($"{_settings.Client.Host}:{_settings.Client.Port}");

    async Task<string?> TryConnectAsync(CancellationToken cancellation)
    {
        // Before the attempt: a connection may end while its answer is being looked at.
        _closed = new TaskCompletionSource<MqttClosed>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var answer = await _client.ConnectAsync(_settings.Client, cancellation);
            if (!answer.Succeeded) return Complain(answer.Text);
            _connectedAt = TimeProvider.System.GetTimestamp();
            Note(answer);
            return null;
        }
        catch (MqttException exception)
        {
            return Complain(exception.Message);
        }
    }

    string Complain(string reason)
    {
        var text = InWordsOfTheCommand(reason);
        Say(text.Contains(Place, StringComparison.Ordinal) ? text : $"{Place}: {text}");
        return text;
    }

    /// <summary>The client speaks of its own options; who types a command knows them by other names.</summary>
    internal static string InWordsOfTheCommand(string reason) => reason
        .Replace(nameof(MqttTlsOptions.CertificateAuthorityFile), "--cafile", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientCertificateFile), "--cert", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientKeyFile), "--key", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ClientKeyPassword), "--keypass", StringComparison.Ordinal)
        .Replace(nameof(MqttTlsOptions.ApplicationProtocols), "--tls-alpn", StringComparison.Ordinal)
        .Replace(nameof(MqttClientOptions.ProtocolVersion), "-V", StringComparison.Ordinal);

    void Note(MqttConnectResult answer)
    {
        foreach (var notice in answer.Notices) Say(notice);
        if (!_settings.WantsNewer || answer.ProtocolVersion == MqttProtocolVersion.V5 || _saidVersion) return;
        Say($"{Place} does not speak MQTT 5; going on with 3.1.1, which has no properties and no session expiry.");
        _saidVersion = true;
    }
}
