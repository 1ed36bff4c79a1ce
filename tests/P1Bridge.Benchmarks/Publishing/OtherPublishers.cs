using System.Diagnostics;
using System.Globalization;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary>Other clients, as processes of their own.</summary>
static class OtherPublishers
{
    /// <summary>mosquitto_pub with lines; seconds and processor seconds, its start included.</summary>
    public static Task<(double Seconds, double Processor)> MosquittoAsync(int port, int count, int quality, string topic, byte[] payload)
    {
        var line = System.Text.Encoding.ASCII.GetString(payload);
        // The shell measures: the processor time of an ended process is its parent's to know.
        return RunAsync("bash", "-c", $"TIMEFORMAT='%R %U %S'; lines=$(mktemp); awk 'BEGIN {{ for (i = 0; i < {count}; i++) print \"{line}\" }}' >$lines; time mosquitto_pub -p {port} -q {quality} -t {topic} -r -l <$lines; rm $lines");
    }

    /// <summary>A script that measures itself.</summary>
    public static Task<(double Seconds, double Processor)> ScriptAsync(string program, string script, int port, int count, int quality, string topic, byte[] payload) =>
        RunAsync(program, script, Text(port), Text(count), Text(quality), topic, System.Text.Encoding.ASCII.GetString(payload));

    static async Task<(double Seconds, double Processor)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var words = ((await output) + errors).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0 || words.Length < 2) throw new InvalidOperationException($"{program}: {errors}");
        var numbers = words.Select(static word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers.Skip(1).Sum());
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
