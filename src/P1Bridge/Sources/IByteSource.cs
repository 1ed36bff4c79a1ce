namespace P1Bridge.Sources;

/// <summary>Where a meter's bytes come from.</summary>
interface IByteSource
{
    /// <summary>Its name in logs, for example <c>/dev/ttyUSB0</c>.</summary>
    string Description { get; }

    /// <summary>Whether its end is the end of the work (a file) and not a fault to heal (a cable).</summary>
    bool EndsForGood { get; }

    /// <summary>What the user checks when it is open and no telegram comes.</summary>
    string SilenceAdvice => "Check that the port is activated by the grid operator, the cable, and that no second program reads it";

    /// <summary>
    /// Opens it. Throws <see cref="IOException"/> with a text that tells the user what to do next. The stream's reads are
    /// cancellable and return 0 when the source is gone.
    /// </summary>
    ValueTask<Stream> OpenAsync(CancellationToken cancellation);
}
