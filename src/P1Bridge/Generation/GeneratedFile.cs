using System.Globalization;
using System.Text;

namespace P1Bridge.Generation;

/// <summary>
/// A file that was made from a template. Its header tells it from files of the user, and has a checksum of what follows, which tells whether
/// somebody changed it since.
/// </summary>
/// <param name="Path">Below the output folder, with <c>/</c>.</param>
/// <param name="Text">Header and content.</param>
sealed record GeneratedFile(string Path, string Text)
{
    const int HeaderLines = 2;
    const string Maker = "Made by P1Bridge ";
    const string Sum = "Checksum ";
    const string Advice = ": a change by hand is noticed and kept. To change the file for good: docs/templates.md";

    /// <summary>Whether the user may have a file of his own there, which is then simply left alone.</summary>
    public bool IsExample { get; init; }

    /// <summary>Whether it must not be there: what is in it is written elsewhere now, and would be read twice.</summary>
    public bool IsUnwanted { get; init; }

    /// <summary>A file that must not be there.</summary>
    public static GeneratedFile Unwanted(string path) => new(path, "") { IsUnwanted = true };

    /// <summary>Puts the header in front.</summary>
    /// <param name="path">Below the output folder.</param>
    /// <param name="body">What a template rendered.</param>
    /// <param name="program">Version and command, for the header.</param>
    public static GeneratedFile Of(string path, string body, string program)
    {
        var (begin, end) = Comment(path);
        if (!body.EndsWith('\n')) body += "\n";
        return new GeneratedFile(path, $"{begin}{Maker}{program}{end}\n{begin}{Sum}{Checksum(body)}{Advice}{end}\n{body}");
    }

    /// <summary>Whether a file on disk was made by us, and was not changed since.</summary>
    public static Authorship AuthorOf(string text)
    {
        var lines = text.Split('\n', HeaderLines + 1);
        var sum = lines.Length <= HeaderLines ? -1 : lines[1].IndexOf(Sum, StringComparison.Ordinal);
        if (sum < 0 || !lines[0].Contains(Maker, StringComparison.Ordinal)) return Authorship.User;
        var written = lines[1].AsSpan(sum + Sum.Length);
        return written.StartsWith(Checksum(lines[HeaderLines])) ? Authorship.Generator : Authorship.Edited;
    }

    /// <summary>What follows the header, and how many lines that has; all of a text without header.</summary>
    public static (string Body, int HeaderLines) BodyOf(string text)
    {
        var lines = text.Split('\n', HeaderLines + 1);
        return AuthorOf(text) == Authorship.User ? (text, 0) : (lines[HeaderLines], HeaderLines);
    }

    /// <summary>FNV-1a: it only has to notice a hand, and a cryptography library would cost 5 MB of memory.</summary>
    static string Checksum(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 1099511628211UL;
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    static (string Begin, string End) Comment(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".yaml" or ".yml" => ("# ", ""),
        ".md" => ("<!-- ", " -->"),
        _ => ("// ", ""),
    };
}

/// <summary>Who wrote a file on disk.</summary>
enum Authorship
{
    /// <summary>Us, as it stands.</summary>
    Generator,

    /// <summary>Us, and somebody changed it.</summary>
    Edited,

    /// <summary>Somebody else.</summary>
    User,
}
