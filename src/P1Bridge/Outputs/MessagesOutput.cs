using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Generation;

namespace P1Bridge.Outputs;

/// <summary>
/// MQTT messages whose topic and payload are templates over one telegram, so that any other program's topics and documents can be had by
/// configuration alone.
/// </summary>
sealed class MessagesOutput : IOutput
{
    readonly List<Message> _messages;
    readonly PublishMessage _publish;
    readonly TimeProvider _time;

    /// <exception cref="TemplateException">A template is wrong.</exception>
    public MessagesOutput(IReadOnlyList<MessageOptions> messages, PublishMessage publish, TimeProvider time)
    {
        (_publish, _time) = (publish, time);
        _messages = [.. messages.Select(static options => new Message(options))];
    }

    /// <summary>Tells the outputs of several brokers apart.</summary>
    public string Name { get; init; } = OutputTable.MessagesName;

    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot) return ValueTask.CompletedTask;
        TemplateMap? model = null;
        foreach (var message in _messages.Where(message => message.IsDue(snapshot.Name, _time)))
        {
            model ??= MessageModel.Of(snapshot);
            if (message.Options.Each == MessageScope.Meter) Send(message, model);
            else
            {
                foreach (var subMeter in (IEnumerable<object?>)model[MessageModel.SubMeters]!)
                    Send(message, MessageModel.For(model, (TemplateMap)subMeter!));
            }
        }
        return ValueTask.CompletedTask;
    }

    void Send(Message message, TemplateMap model)
    {
        var imported = TemplateEngine.Import(model);
        var topic = message.Topic.Render(imported).Trim();
        if (topic.Length == 0) return;
        if (topic.Any(static letter => letter is '+' or '#' || char.IsControl(letter)))
            throw new InvalidDataException($"outputs.messages: the topic '{ModelText.Clean(topic)}' has a wildcard or a control character; change its template.");
        var payload = message.Payload.Render(imported);
        if (payload.Length > 0) _publish(new MqttPublication(topic, payload, message.Options.Retain, message.Options.Retain ? MessageKind.State : MessageKind.Live));
    }

    sealed class Message(MessageOptions options)
    {
        readonly Dictionary<string, long> _sentAt = [];

        public MessageOptions Options => options;

        public TemplateEngine Topic { get; } = TemplateEngine.Parse(options.Topic, options.TopicPlace);

        public TemplateEngine Payload { get; } = TemplateEngine.Parse(options.Payload, options.PayloadPlace);

        public bool IsDue(string meter, TimeProvider time)
        {
            if (_sentAt.TryGetValue(meter, out var last) && time.GetElapsedTime(last) < options.MinimumInterval) return false;
            _sentAt[meter] = time.GetTimestamp();
            return true;
        }
    }
}
