using System.Globalization;
using System.Text;

namespace P1Bridge.Tests.Generation;

/// <summary>The words of one of openHAB's text files. Anything that its grammars would refuse is an <see cref="OpenHabSyntaxException"/>.</summary>
sealed class OpenHabText
{
    const string Signs = "()[]{}<>,:=!@-+%*.";

    readonly string _file;
    readonly List<(string Text, bool IsString, int Line)> _words = [];
    int _next;

    public OpenHabText(string file, string text)
    {
        _file = file;
        if (text.StartsWith('\uFEFF')) throw new OpenHabSyntaxException($"{file}: a byte order mark");
        Read(text);
    }

    public bool IsAtEnd => _next == _words.Count;

    public bool Is(string word) => !IsAtEnd && !_words[_next].IsString && _words[_next].Text == word;

    public bool IsText => !IsAtEnd && _words[_next].IsString;

    public string Place => $"{_file}:{(IsAtEnd ? _words[^1] : _words[_next]).Line.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Takes the word if it is that one.</summary>
    public bool Take(string word)
    {
        if (!Is(word)) return false;
        _next++;
        return true;
    }

    public void Expect(string word)
    {
        if (!Take(word)) throw Wrong($"'{word}'");
    }

    public string Text() => IsText ? _words[_next++].Text : throw Wrong("a text in quotes");

    /// <summary>A name: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string Name()
        => !IsAtEnd && !IsText && _words[_next].Text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? _words[_next++].Text : throw Wrong("a name");

    /// <summary>Names with <c>:</c> between.</summary>
    public string Path()
    {
        var path = Name();
        while (Take(":")) path += ":" + Name();
        return path;
    }

    /// <summary>A value: a text, a number or a truth value.</summary>
    public string Value() => IsText ? Text() : Number();

    /// <summary>Any one word.</summary>
    public string Any() => IsAtEnd ? throw Wrong("a word") : _words[_next++].Text;

    public OpenHabSyntaxException Wrong(string expected) => new($"{Place}: expected {expected}, found {(IsAtEnd ? "the end" : _words[_next].Text)}");

    string Number()
    {
        var text = Take("-") ? "-" + Name() : Name();
        if (Take(".")) text += "." + Name();
        return text is "true" or "false" || decimal.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : throw Wrong("a value");
    }

    void Read(string text)
    {
        var line = 1;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\n') line++;
            if (char.IsWhiteSpace(text[i])) i++;
            else if (text.AsSpan(i).StartsWith("//")) i = End(text, i);
            else if (text[i] == '"') i = ReadString(text, i + 1, line);
            else if (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_') i = ReadName(text, i, line);
            else if (Signs.Contains(text[i], StringComparison.Ordinal)) _words.Add((text[i++].ToString(), false, line));
            else throw new OpenHabSyntaxException($"{_file}:{line}: the character U+{(int)text[i]:X4} stands outside of quotes");
        }
    }

    static int End(string text, int from) => text.IndexOf('\n', from) is var end and >= 0 ? end : text.Length;

    int ReadName(string text, int from, int line)
    {
        var end = from;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-')) end++;
        _words.Add((text[from..end], false, line));
        return end;
    }

    /// <summary>The escapes are those of Xtext; any other backslash is a syntax error there.</summary>
    int ReadString(string text, int from, int line)
    {
        var value = new StringBuilder();
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                _words.Add((value.ToString(), true, line));
                return i + 1;
            }
            if (text[i] == '\n') throw new OpenHabSyntaxException($"{_file}:{line}: a text is never closed on its line");
            if (text[i] != '\\') value.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] is '"' or '\\') value.Append(text[++i]);
            else throw new OpenHabSyntaxException($"{_file}:{line}: a backslash that escapes nothing");
        }
        throw new OpenHabSyntaxException($"{_file}:{line}: a text is never closed");
    }
}

sealed class OpenHabSyntaxException(string message) : Exception(message);
