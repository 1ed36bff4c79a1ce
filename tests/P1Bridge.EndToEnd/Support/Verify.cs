using System.Runtime.CompilerServices;

namespace P1Bridge.EndToEnd.Support;

/// <summary>
/// Compares a text with the snapshot beside the test, <c>CLASS.NAME.verified.txt</c>. What differs is kept as
/// <c>CLASS.NAME.received.txt</c>; with <c>P1BRIDGE_UPDATE=1</c> it is accepted.
/// </summary>
static class Verify
{
    public static void Text(string received, string name, [CallerFilePath] string test = "")
    {
        var stem = Repository.PathOf("tests", "P1Bridge.EndToEnd", $"{Path.GetFileNameWithoutExtension(test)}.{name}");
        var (verified, other) = ($"{stem}.verified.txt", $"{stem}.received.txt");
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") File.WriteAllText(verified, received);
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : "";
        if (expected == received)
        {
            File.Delete(other);
            return;
        }
        File.WriteAllText(other, received);
        Assert.Fail($"{Path.GetFileName(verified)} differs{FirstDifference(expected, received)}; see {other}, accept with P1BRIDGE_UPDATE=1");
    }

    static string FirstDifference(string expected, string received)
    {
        var pairs = expected.Split('\n').Zip(received.Split('\n')).Index();
        var (line, (left, right)) = pairs.FirstOrDefault(static pair => pair.Item.First != pair.Item.Second);
        return left is null ? "" : $" in line {line + 1}: expected '{left}', received '{right}'";
    }
}
