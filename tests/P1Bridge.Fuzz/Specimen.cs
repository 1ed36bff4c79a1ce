using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Fuzz;

/// <summary>How a specimen's telegram comes over the line.</summary>
enum Wrapping
{
    /// <summary>As text.</summary>
    Plain,

    /// <summary>In a cipher frame whose tag is checked.</summary>
    Sealed,

    /// <summary>In a cipher frame whose tag is not checked: the telegram's own checksum alone vouches for it.</summary>
    Opened,
}

/// <summary>A good telegram of tests/telegrams, from which mutants are made.</summary>
/// <param name="Name">The file.</param>
/// <param name="Text">The telegram as text, also where the file holds it encrypted.</param>
/// <param name="Wrapping">How it is sent.</param>
sealed record Specimen(string Name, byte[] Text, Wrapping Wrapping)
{
    /// <summary>The keys for a reader; null where nothing is encrypted.</summary>
    public DecryptionOptions? Keys => Wrapping == Wrapping.Plain ? null : CipherFrameWriter.Options(checkTag: Wrapping == Wrapping.Sealed);

    /// <summary>The telegram from '/' to '!'.</summary>
    public byte[] Body { get; } = Text[..(Array.LastIndexOf(Text, (byte)'!') + 1)];

    /// <summary>Whether checksum digits follow the '!'.</summary>
    public bool HasChecksum { get; } = Text[Array.LastIndexOf(Text, (byte)'!') + 1] != '\r';

    /// <summary>What goes over the line when this text is sent.</summary>
    public byte[] Wrap(byte[] text, uint counter) => Wrapping == Wrapping.Plain ? text : CipherFrameWriter.Write(text, counter);

    /// <summary>Every good file, as text; those that hold a checksum also in both kinds of frames.</summary>
    public static Specimen[] All { get; } = [.. Load()];

    static IEnumerable<Specimen> Load()
    {
        foreach (var path in Directory.EnumerateFiles(Repository.Telegrams).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is not (".txt" or ".bin")) continue;
            foreach (var (number, text) in TextsOf(File.ReadAllBytes(path)).Index())
            {
                var plain = new Specimen($"{Path.GetFileName(path)}#{number}", text, Wrapping.Plain);
                yield return plain;
                if (!plain.HasChecksum) continue;
                yield return plain with { Wrapping = Wrapping.Sealed };
                yield return plain with { Wrapping = Wrapping.Opened };
            }
        }
    }

    /// <summary>The telegrams of a file, opened where they are encrypted.</summary>
    static List<byte[]> TextsOf(byte[] file)
    {
        if (file[0] == (byte)'/') return [file];
        return [.. FrameOpener.Open(file, Convert.FromHexString(CipherFrameWriter.Key))];
    }

    /// <inheritdoc/>
    public override string ToString() => Wrapping == Wrapping.Plain ? Name : $"{Name} ({Wrapping})";
}
