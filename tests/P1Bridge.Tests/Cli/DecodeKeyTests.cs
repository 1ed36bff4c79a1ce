using System.Diagnostics;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli;

/// <summary>The built program with keys on its command line.</summary>
public class DecodeKeyTests
{
    const string Encrypted = "smarty-lu-encrypted.bin";
    const string OtherAuthenticationKey = "bad/lu-other-auth-key.bin";

    [Theory]
    [InlineData(Encrypted, 0)]
    [InlineData("bad/lu-truncated-frame.bin", 0)]
    [InlineData(OtherAuthenticationKey, 1)]
    public async Task An_encrypted_file_decodes_to_its_sidecar(string name, int exitCode)
    {
        var (actualCode, output, _) = await RunAsync(null, "decode", Corpus.PathOf(name), "--format", "json", "--key", CipherFrameWriter.Key);

        Assert.Null(Sidecar.Of(name).Differs(output));
        Assert.Equal(exitCode, actualCode);
    }

    [Fact]
    public async Task Standard_input_decodes_the_same_way()
    {
        var (_, output, _) = await RunAsync(
            Corpus.Bytes(Encrypted), "decode", "-", "--format", "json", "--key", CipherFrameWriter.Key.ToLowerInvariant(), "--authentication-key",
            "00112233445566778899AABBCCDDEEFF");

        Assert.Null(Sidecar.Of(Encrypted).Differs(output));
    }

    [Fact]
    public async Task Without_tag_check_a_foreign_authentication_key_does_no_harm()
    {
        var (exitCode, output, _) = await RunAsync(
            null, "decode", Corpus.PathOf(OtherAuthenticationKey), "--format", "json", "--key", CipherFrameWriter.Key, "--skip-tag-check");

        Assert.Null(Sidecar.Of(OtherAuthenticationKey).WithoutTagCheck.Differs(output));
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Without_a_key_people_are_told_where_to_get_it()
    {
        var (exitCode, output, errors) = await RunAsync(null, "decode", Corpus.PathOf(Encrypted));

        Assert.Equal(1, exitCode);
        Assert.Contains("ask your grid operator", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("2 refused", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--key takes 32 hexadecimal digits", "--key", "AF0123456789ABCDEF")]
    [InlineData("--key takes 32 hexadecimal digits", "--key", "AF0123456789ABCDEF0123456789ABCDEG")]
    [InlineData("--authentication-key takes 32 hexadecimal digits", "--key", CipherFrameWriter.Key, "--authentication-key", "AF0123456789ABCDEF")]
    [InlineData("--authentication-key is of use with --key only", "--authentication-key", CipherFrameWriter.Key)]
    [InlineData("--skip-tag-check is of use with --key only", "--skip-tag-check")]
    [InlineData("there is no option '--kee'", "--kee", CipherFrameWriter.Key)]
    [InlineData("Unrecognized command or argument", CipherFrameWriter.Key)]
    public async Task Wrong_usage_of_keys_ends_with_2_and_shows_none(string message, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(null, ["decode", Corpus.PathOf(Encrypted), .. arguments]);

        Assert.Equal(2, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("AF0123456789", output + errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(CipherFrameWriter.Key, output + errors, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    public async Task A_key_that_works_or_does_not_is_in_no_output(string format)
    {
        foreach (var key in (string[])[CipherFrameWriter.Key, CipherFrameWriter.OtherKey])
        {
            var (_, output, errors) = await RunAsync(null, "decode", Corpus.PathOf(Encrypted), "--format", format, "--key", key);

            Assert.DoesNotContain(key, output + errors, StringComparison.OrdinalIgnoreCase);
        }
    }

    static async Task<(int ExitCode, string Output, string Errors)> RunAsync(byte[]? input, params IEnumerable<string> arguments)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "p1bridge.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, deadline.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }
}
