using System.Runtime.CompilerServices;

namespace P1Bridge.Tests.Support;

/// <summary>
/// Compares a text with NAME.verified.txt, or another extension, beside the test source. On a difference NAME.received.txt is written there; with
/// P1BRIDGE_UPDATE=1 in the environment the text becomes the verified one.
/// </summary>
static class Verify
{
    const string TestFolder = "tests/P1Bridge.Tests/";

    public static void Text(string name, string actual, string extension = "txt", [CallerFilePath] string source = "")
    {
        var folder = FolderOf(source);
        var (verified, received) = (Path.Combine(folder, $"{name}.verified.{extension}"), Path.Combine(folder, $"{name}.received.{extension}"));
        var text = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") File.WriteAllText(verified, text);
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (expected == text)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, text);
        Assert.True(expected is not null, $"{verified} is missing; look at {received} and accept it with P1BRIDGE_UPDATE=1");
        Assert.Equal(expected, text);
    }

    /// <summary>A deterministic build maps source paths; what follows the test folder stays true.</summary>
    static string FolderOf(string source)
    {
        var path = source.Replace('\\', '/');
        var at = path.LastIndexOf(TestFolder, StringComparison.Ordinal);
        return Repository.PathOf("tests", "P1Bridge.Tests", Path.GetDirectoryName(path[(at + TestFolder.Length)..])!);
    }
}
