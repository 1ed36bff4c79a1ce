using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Tests.Support;

/// <summary>The files of tests/telegrams, by their path below it without folder separators of the system.</summary>
static class Corpus
{
    static readonly DateTimeOffset SnapshotReceivedAt = new(2025, 11, 5, 16, 53, 48, TimeSpan.Zero);

    /// <summary>Files whose frames are encrypted; their sidecars hold the keys.</summary>
    public static readonly string[] Encrypted = ["bad/lu-other-auth-key.bin", "bad/lu-truncated-frame.bin", "smarty-lu-encrypted.bin"];

    /// <summary>Every file that holds a stream.</summary>
    public static readonly string[] Streams = [.. Directory.EnumerateFiles(Repository.Telegrams, "*", SearchOption.AllDirectories)
        .Where(static path => Path.GetExtension(path) is ".txt" or ".bin")
        .Select(static path => Path.GetRelativePath(Repository.Telegrams, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)];

    /// <summary>Streams that can be read without a key.</summary>
    public static readonly string[] Plain = [.. Streams.Except(Encrypted)];

    /// <summary>One valid telegram each.</summary>
    public static readonly string[] Good = [.. Plain.Where(static name => !name.StartsWith("bad/", StringComparison.Ordinal))];

    /// <summary>The same without their extension.</summary>
    public static readonly string[] GoodNames = [.. Good.Select(static name => Path.ChangeExtension(name, null))];

    /// <summary>Good telegrams of the Belgian market.</summary>
    public static readonly string[] Belgian = [.. Good.Where(static name => Sidecar.Of(name).Market == "BE")];

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static string PathOf(string name) => Path.Combine(Repository.Telegrams, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>What the bridge makes of a good telegram, for a meter of that name.</summary>
    /// <param name="telegram">The file, without its extension.</param>
    /// <param name="meter">The meter's name in the configuration.</param>
    public static MeterSnapshot Snapshot(string telegram, string meter = "meter")
    {
        var reader = new TelegramReader(Some.Catalogue);
        Assert.True(Assert.Single(Some.Outcomes(reader, Bytes($"{telegram}.txt"))).IsAccepted);
        return new MeterPipeline(Some.Catalogue, new MeterPipelineOptions { Name = meter }).Process(reader.Readings, SnapshotReceivedAt);
    }

    public static TheoryData<string> Rows(IEnumerable<string> names) => [.. names];
}
