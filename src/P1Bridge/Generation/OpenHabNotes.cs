using System.Net;

namespace P1Bridge.Generation;

/// <summary>What the user must know about a broker thing that the files define.</summary>
static class OpenHabNotes
{
    /// <summary>A line for each thing that the files cannot say; none when they name a broker thing that openHAB has already.</summary>
    public static IEnumerable<string> For(ModelOptions model)
    {
        if (!model.DefinesBroker) yield break;
        var address = model.Address;
        if (IsThisMachine(address.Host))
            yield return $"openHAB is told that the broker is at {address.Host}. If openHAB runs on another machine or in a container, set the address under which it reaches the broker: --set mqtt.host=ADDRESS (in the configuration: mqtt.host).";
        if (LoginOf(model) is { } login) yield return login;
    }

    /// <summary>The line about a login that the files do not hold; null when none is needed. The running bridge says it too.</summary>
    public static string? LoginOf(ModelOptions model)
        => model is { DefinesBroker: true, Address.NeedsLogin: true }
            ? "The broker wants a login, which is not in the files: make the broker thing in openHAB (Settings, Things), with user and password, and name it with --broker mqtt:broker:NAME (in the configuration: openhab.broker)."
            : null;

    static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
