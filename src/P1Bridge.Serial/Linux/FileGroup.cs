using System.Globalization;

namespace P1Bridge.Serial.Linux;

/// <summary>The group of a device file: what a user must belong to in order to open it.</summary>
/// <param name="Name">The group's name; its number where it has none.</param>
/// <param name="MayReadAndWrite">Whether members of the group may open the file for reading and writing.</param>
sealed record FileGroup(string Name, bool MayReadAndWrite)
{
    const string GroupFile = "/etc/group";
    const int GroupReadWrite = 0x30; // 0060

    /// <summary>The file's group, or null when it cannot be found out.</summary>
    public static unsafe FileGroup? Of(string path)
    {
        try
        {
            FileFacts facts;
            if (LinuxCalls.Facts(LinuxCalls.CurrentDirectory, path, 0, LinuxCalls.BasicFacts, &facts) != 0) return null;
            var lines = File.Exists(GroupFile) ? File.ReadLines(GroupFile) : [];
            return new FileGroup(NameOf(facts.Group, lines), (facts.Mode & GroupReadWrite) == GroupReadWrite);
        }
        catch (Exception reason) when (reason is EntryPointNotFoundException or IOException or UnauthorizedAccessException)
        {
            // Only an advice is being written; an old C library without the call or an unreadable list leaves the usual group.
            return null;
        }
    }

    /// <summary>Finds the name in lines such as <c>dialout:x:20:pi,homeassistant</c>.</summary>
    public static string NameOf(uint number, IEnumerable<string> groupLines)
    {
        var wanted = number.ToString(CultureInfo.InvariantCulture);
        foreach (var line in groupLines)
        {
            var fields = line.Split(':');
            if (fields.Length >= 3 && fields[2] == wanted) return fields[0];
        }

        return wanted;
    }
}
