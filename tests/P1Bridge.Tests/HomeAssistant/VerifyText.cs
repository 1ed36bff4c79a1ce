namespace P1Bridge.Tests.HomeAssistant;

/// <summary>
/// Compares a text with the file that lies beside the tests. When they differ, the text is written to a <c>.received.</c> file; moving
/// that one over the <c>.verified.</c> file accepts it.
/// </summary>
static class VerifyText
{
    public static void Verify(string text, string name, string extension)
    {
        var stem = Path.Combine(Corpus.Root, "tests", "P1Bridge.Tests", "HomeAssistant", name);
        var (verified, received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (text == expected)
        {
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, text);
        Assert.Fail($"{Path.GetFileName(received)} differs from {Path.GetFileName(verified)}; compare them, and move the former over the latter if it is right.");
    }
}
