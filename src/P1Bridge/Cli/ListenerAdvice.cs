using System.Net;
using P1Bridge.Configuration;
using P1Bridge.Sources;

namespace P1Bridge.Cli;

/// <summary>What a command that needs one telegram can do when the meter's port is not free, which is mostly because the service reads it.</summary>
/// <param name="CanAskBroker">Whether it has <c>--from-broker</c>.</param>
sealed record ListenerAdvice(bool CanAskBroker)
{
    /// <summary>What is wrong with the port, and the other ways to the same result.</summary>
    public string Of(IOException refusal, MeterOptions meter) => SerialSource.IsBusy(refusal) ? $"{refusal.Message} Or leave it running: {Alternatives(meter)}" : refusal.Message;

    string Alternatives(MeterOptions meter)
    {
        var broker = CanAskBroker ? "--from-broker takes what a running bridge has published, " : "";
        return $"{broker}--from FILE takes telegrams from a file, and {Serving(meter.Serve)}";
    }

    /// <summary>How to listen along with the running bridge.</summary>
    public static string Serving(ServeOptions? serve)
    {
        if (serve is null) return "with 'serve: tcp://127.0.0.1:2000' beside the meter's source, the running bridge hands its bytes on: --source tcp://127.0.0.1:2000 reads them.";
        var address = serve.ToEndPoint();
        if (address.Address.Equals(IPAddress.Any)) address.Address = IPAddress.Loopback;
        if (address.Address.Equals(IPAddress.IPv6Any)) address.Address = IPAddress.IPv6Loopback;
        return $"--source tcp://{address} reads what the running bridge hands on.";
    }
}
