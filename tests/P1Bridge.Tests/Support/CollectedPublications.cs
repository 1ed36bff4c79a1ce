using System.Collections;
using P1Bridge.Outputs;

namespace P1Bridge.Tests.Support;

/// <summary>Takes the broker connection's place and keeps what was published.</summary>
sealed class CollectedPublications : IEnumerable<MqttPublication>
{
    readonly List<MqttPublication> _publications = [];

    public void Add(MqttPublication publication) => _publications.Add(publication);

    /// <summary>What was published since the last call, as <c>topic payload</c>.</summary>
    public List<string> Take()
    {
        var lines = _publications.ConvertAll(static sent => $"{sent.Topic} {sent.Payload ?? "(erased)"}");
        _publications.Clear();
        return lines;
    }

    public IEnumerator<MqttPublication> GetEnumerator() => _publications.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
