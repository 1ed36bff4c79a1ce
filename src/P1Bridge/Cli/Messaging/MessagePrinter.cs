using System.Text;

namespace P1Bridge.Cli.Messaging;

/// <summary>Prints messages as mosquitto_sub does: the payload byte for byte and a line end; an empty one only with its topic.</summary>
/// <param name="output">Where to.</param>
/// <param name="isVerbose">With topics.</param>
/// <param name="count">How many; null: without end. What comes after them is not printed.</param>
sealed class MessagePrinter(Stream output, bool isVerbose, int? count)
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _printed;

    /// <summary>Completes when the wanted number is printed; faults when nobody reads the output any more.</summary>
    public Task Done => _done.Task;

    /// <summary>Prints one; called one at a time.</summary>
    public void Print(string topic, ReadOnlySpan<byte> payload)
    {
        if (_done.Task.IsCompleted) return;
        try
        {
            Write(topic, payload);
            if (++_printed == count) _done.TrySetResult();
        }
        catch (IOException exception)
        {
            // Thrown here it would count as a fault of a message; the program is to end as others do whose reader has gone.
            _done.TrySetException(exception);
        }
    }

    void Write(string topic, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty && !isVerbose) return;
        var head = isVerbose ? Encoding.UTF8.GetBytes(payload.IsEmpty ? $"{topic} (null)" : $"{topic} ") : [];
        // In one piece, so that two programs writing to one pipe do not mix their lines.
        output.Write([.. head, .. payload, (byte)'\n']);
        output.Flush();
    }
}
