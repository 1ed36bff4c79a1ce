using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Outputs;

namespace P1Bridge.Sources;

/// <summary>
/// Telegrams from an MQTT topic, over a connection of its own: neither the outputs nor other sources notice when it fails. What the broker
/// retained from earlier is not taken: nobody knows how old it is, and the meter sends the next one in a few seconds.
/// </summary>
sealed class MqttSource(MqttSourceOptions source, MqttOptions broker, string meter, TimeProvider time) : IByteSource
{
    public string Description => source.ToString();

    public bool EndsForGood => false;

    public string SilenceAdvice => $"Check that telegrams as the meter sends them are published on this topic, and that its user may read it: mosquitto_sub -h {broker.Host} -t '{source.Topic}'";

    public async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        // The source's runner says that it is down and up again; the connection need not say so too.
        var connection = new MqttConnection(broker, new Topics(broker.BaseTopic), time, NullLogger.Instance, isObserver: true, $"{meter} {source}");
        var stream = new MqttTopicStream(connection, source.Topic);
        try
        {
            await stream.ConnectAsync(broker.ConnectTimeout, time, cancellation);
            return stream;
        }
        catch (ConfigurationException exception)
        {
            await stream.DisposeAsync();
            throw new IOException(exception.Message, exception);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
