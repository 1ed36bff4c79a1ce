using System.Text;

namespace P1Bridge.Configuration;

/// <summary>Secrets: in the value or in a file of their own, and never in a message.</summary>
sealed partial class OptionsReader
{
    const int LargestSecret = 65_535;

    /// <summary>A secret under <paramref name="key"/>, or in the file that <c>key_file</c> names. What is given further up wins; both at one place is an error.</summary>
    public Secret SecretText(string key, string help, string example = "a secret")
        => SecretOf(new OptionNode(key, OptionKind.Secret, help, "a text") { Example = example });

    /// <summary>The same for a key of a cipher; none when it is set and wrong.</summary>
    public Secret SecretKey(string key, string help, string example)
    {
        var secret = SecretOf(
            new OptionNode(key, OptionKind.Secret, help, DecryptionKeys.Expected) { Example = example, Pattern = DecryptionKeys.Pattern });
        if (!secret.IsSet || DecryptionKeys.IsKey(secret.Reveal())) return secret;
        var length = secret.Reveal().Length;
        Refuse(
            IsDefault(key) ? key + "_file" : key,
            FormattableString.Invariant($"expected {DecryptionKeys.Expected}, found {length} characters that are no key (not shown)"));
        return Secret.None;
    }

    Secret SecretOf(OptionNode option)
    {
        var key = option.Name;
        var value = Know(option);
        var raw = Find(_schema.Children.First(c => c.Name == key));
        var path = SecretFile(key);
        var file = _effective.Children[^1];
        if (raw is { } both && path is not null && both.Origin.Kind == file.Origin.Kind)
            Refuse(key + "_file", $"'{key}' is set as well; keep one of the two");
        if (raw is { } direct && (path is null || direct.Origin.Kind > file.Origin.Kind))
        {
            (file.Text, file.Origin) = (null, Origin.Default);
            return Direct(key, direct, value);
        }
        return path is null ? Secret.None : FromFile(key + "_file", path);
    }

    string? SecretFile(string key)
    {
        var help = $"File that holds nothing but the {key}; one line end after it is ignored.";
        var option = TextNode(key + "_file", help, TextRule.Filled) with { Example = $"/run/secrets/{key}" };
        return Read<string?>(option, null, raw => ParseText(raw, TextRule.Filled)!);
    }

    Secret Direct(string key, RawValue raw, EffectiveNode value)
    {
        if (NotText(raw) is { } hint) _context.Report(raw.Origin, _path.Key(key), $"expected a text; {hint}");
        (value.Text, value.Origin) = (Secret.Mask, raw.Origin);
        return new Secret(raw.Text);
    }

    Secret FromFile(string key, string path)
    {
        if (_context.IsDescribing) return Secret.None;
        if (!FileText.TryRead(path, LargestSecret, out var bytes, out var problem))
        {
            Refuse(key, $"cannot read {Printable.Quoted(path)}: {problem}");
            return Secret.None;
        }
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) Refuse(key, $"{Printable.Quoted(path)} is not UTF-8 text");
        var text = Encoding.UTF8.GetString(bytes);
        if (text.EndsWith('\n')) text = text[..^1];
        if (text.EndsWith('\r')) text = text[..^1];
        if (text.Length == 0) Refuse(key, $"{Printable.Quoted(path)} is empty");
        return new Secret(text);
    }
}
