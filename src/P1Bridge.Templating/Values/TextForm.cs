using System.Globalization;
using System.Text;

namespace P1Bridge.Templating.Values;

/// <summary>Values as text, as they are written to the output.</summary>
static class TextForm
{
    /// <summary>Deeper is only what contains itself.</summary>
    const int Deepest = 20;

    public static string Of(object? value) => value switch
    {
        null => "",
        string text => text,
        CapturedText captured => captured.Text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        double number => number.ToString(CultureInfo.InvariantCulture),
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        DateTime date => Builtins.DateFormat.Write(date, Builtins.DateFormat.Default),
        _ => OfNested(value),
    };

    static string OfNested(object value)
    {
        var result = new StringBuilder();
        Write(result, value, 0);
        return result.ToString();
    }

    static void Write(StringBuilder result, object? value, int depth)
    {
        if (depth > Deepest) throw new ValueException("The value is nested too deeply to be written, or contains itself.");
        switch (value)
        {
            case null: result.Append("null"); break;
            case string text: result.Append(Quoted(text)); break;
            case ScriptFunction or Builtins.BuiltinGroup: throw ValueException.Refuse($"Writing {Kinds.NameOf(value)}");
            case ScriptObject members: WriteMembers(result, members, depth); break;
            case IReadOnlyList<object?> items: WriteItems(result, items, depth); break;
            default: result.Append(Of(value)); break;
        }
    }

    static void WriteMembers(StringBuilder result, ScriptObject members, int depth)
    {
        result.Append('{');
        var separator = "";
        foreach (var (name, value) in members)
        {
            result.Append(separator).Append(IsName(name) ? name : Quoted(name)).Append(": ");
            Write(result, value, depth + 1);
            separator = ", ";
        }
        result.Append('}');
    }

    static void WriteItems(StringBuilder result, IReadOnlyList<object?> items, int depth)
    {
        result.Append('[');
        var separator = "";
        foreach (var item in items)
        {
            result.Append(separator);
            Write(result, item, depth + 1);
            separator = ", ";
        }
        result.Append(']');
    }

    static bool IsName(string name)
        => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>In double quotes, with the escapes that a template would need to say the same.</summary>
    public static string Quoted(string text) => $"\"{Escaped(text)}\"";

    public static string Escaped(string text)
    {
        var result = new StringBuilder(text.Length + 2);
        foreach (var c in text) result.Append(Escape(c) is { } escape ? $"\\{escape}" : c);
        return result.ToString();
    }

    static string? Escape(char c) => c switch
    {
        '"' => "\"",
        '\\' => "\\",
        '\n' => "n",
        '\r' => "r",
        '\t' => "t",
        '\b' => "b",
        '\f' => "f",
        _ => null,
    };
}
