using System.Text;

namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>One string per topic instead of one per message: a journal repeats a few topics many times.</summary>
sealed class TopicCache
{
    const int Slots = 256;
    readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    public string Get(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        ref var slot = ref _slots[(uint)hash.ToHashCode() % Slots];
        if (slot.Bytes is null || !bytes.SequenceEqual(slot.Bytes)) slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        return slot.Text;
    }
}
