using System.Globalization;
using System.Text;

namespace P1Bridge.Outputs;

/// <summary>The name under which the bridge connects when none is configured.</summary>
static class ClientIdentifier
{
    /// <summary>
    /// The same at each start and different per machine and base topic; 23 letters and digits, which every broker takes
    /// (MQTT 3.1.1 section 3.1.3.1). FNV-1a: it need not be secret, and loading a cryptography library for it would cost 5 MB of memory.
    /// </summary>
    public static string Derive(string machine, string baseTopic)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes($"{machine}\n{baseTopic}"))
            hash = (hash ^ value) * 1099511628211UL;
        return $"p1bridge{hash.ToString("x16", CultureInfo.InvariantCulture)[1..]}";
    }
}
