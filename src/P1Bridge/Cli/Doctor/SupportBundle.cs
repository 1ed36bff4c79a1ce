using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using P1Bridge.Anonymising;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Doctor;

/// <summary>Everything that somebody who helps needs, in one ZIP file, and nothing that is nobody's business: no secret, no identifier.</summary>
static class SupportBundle
{
    /// <summary>As much of the line is enough for several telegrams of any meter.</summary>
    const int LargestSample = 32 * 1024;

    /// <summary>Writes the bundle. Throws <see cref="IOException"/> when it cannot be written.</summary>
    public static void Write(string path, LoadedOptions? configuration, IReadOnlyList<CheckResult> results, IReadOnlyList<MeterFile> meters, Catalogue catalogue)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create);
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            WriteEntries(zip, configuration, results, meters, catalogue);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be written by this user. Choose another place for the bundle.", exception);
        }
    }

    /// <summary>
    /// The bytes of a line without its identifiers and messages; null when that cannot be done for what was found. Whole telegrams have others in
    /// their place and the checksums that belong to these; in what is no whole telegram they are masked.
    /// </summary>
    public static byte[]? Mask(ReadOnlySpan<byte> bytes, LineFinding finding, Catalogue catalogue, IdentityCipher? cipher = null)
    {
        if (finding is LineFinding.Ok or LineFinding.CrcErrors or LineFinding.LineEnds && Anonymise(bytes, catalogue, cipher ?? new IdentityCipher()) is { Length: > 0 } anonymised) return anonymised;
        var masked = bytes.ToArray();
        switch (finding)
        {
            case LineFinding.Ok or LineFinding.CrcErrors or LineFinding.LineEnds or LineFinding.NoTelegram or LineFinding.Silent:
                TelegramMask.Mask(masked, bytes, (byte)'0', catalogue);
                return masked;
            case LineFinding.WrongParity:
                TelegramMask.Mask(masked, LineCode.ClearParity(bytes), (byte)'0', catalogue);
                return masked;
            case LineFinding.InvertedSignal:
                TelegramMask.Mask(masked, LineCode.InvertBack(bytes), LineCode.Invert((byte)'0'), catalogue);
                return masked;
            default:
                // Whether an identifier can be read out of these is not known.
                return null;
        }
    }

    static byte[] Anonymise(ReadOnlySpan<byte> bytes, Catalogue catalogue, IdentityCipher cipher)
    {
        var output = new MemoryStream();
        var anonymiser = new StreamAnonymiser(catalogue, cipher, (_, piece) => output.Write(piece.Span));
        anonymiser.Append(bytes, 0);
        anonymiser.Complete();
        return output.ToArray();
    }

    static void WriteEntries(ZipArchive zip, LoadedOptions? configuration, IReadOnlyList<CheckResult> results, IReadOnlyList<MeterFile> meters, Catalogue catalogue)
    {
        WriteText(zip, "README.txt", writer => writer.Write(Readme));
        WriteText(zip, "system.txt", WriteSystem);
        using (var diagnosis = zip.CreateEntry("diagnosis.json").Open()) DoctorJson.Write(results, diagnosis);
        if (configuration is not null) WriteText(zip, "configuration.yaml", writer => EffectiveConfiguration.Write(configuration, writer));
        foreach (var meter in meters)
        {
            WriteText(zip, $"{meter.Meter}/counters.txt", writer => WriteCounters(meter, writer));
            var bytes = meter.Heard.Sample.Bytes;
            if (Mask(bytes.Span[Math.Max(0, bytes.Length - LargestSample)..], meter.Heard.Diagnosis.Finding, catalogue) is not { } masked) continue;
            using var line = zip.CreateEntry($"{meter.Meter}/line.bin").Open();
            line.Write(masked);
        }
    }

    static void WriteSystem(TextWriter writer)
    {
        writer.Write($"P1Bridge {BridgeReports.Version}\n");
        writer.Write($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}\n");
        writer.Write($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}\n");
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(Environment.ProcessorCount, "processor")}, time {DateTimeOffset.Now:yyyy-MM-ddTHH:mm:sszzz}\n"));
    }

    static void WriteCounters(MeterFile meter, TextWriter writer)
    {
        var counters = meter.Sampler.Counters;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"telegrams {counters.Accepted}\n"));
        foreach (var reason in Enum.GetValues<RejectReason>())
        {
            if (reason != RejectReason.None) writer.Write(string.Create(CultureInfo.InvariantCulture, $"{RejectReasons.Name(reason)} {counters.Refused(reason)}\n"));
        }
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"bad_lines {counters.BadLines}\nduplicates {counters.Duplicates}\nskipped_bytes {meter.Sampler.SkippedBytes}\n"));
        foreach (var (reference, count) in meter.Sampler.Readings.Unknown)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"unknown {reference} {count}\n"));
    }

    static void WriteText(ZipArchive zip, string name, Action<TextWriter> write)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(false));
        write(writer);
    }

    const string Readme = """
        P1Bridge support bundle, made by 'p1bridge doctor --bundle'.

        diagnosis.json      what doctor found (the same as --format json)
        system.txt          versions
        configuration.yaml  the settings in effect and where each comes from; passwords are masked (***)
        METER/counters.txt  what the reader counted while doctor listened
        METER/line.bin      the last bytes that were heard

        In line.bin every identifier (serial numbers, EANs) and every text message is replaced by another of the same length and kind, and
        nobody can go back. Meter readings and times are kept, and the checksums are made anew: right where they were right, wrong where they
        were wrong. What lies outside whole telegrams is left out. Of a line without any whole telegram, identifiers, messages and whatever
        cannot be read with certainty are replaced by zeros. Bytes in which nothing can be recognised (encrypted frames, other protocols,
        misread lines) are left out; then there is no line.bin.

        configuration.yaml names your broker, its user and your topics. Look through it before you hand the bundle on.

        """;
}
