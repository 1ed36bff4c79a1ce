using System.Text;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>The text written so far, the indentation of the lines to come, and its limit.</summary>
sealed class Output(int limit)
{
    readonly StringBuilder _text = new();
    bool _lineBegins;

    /// <summary>What goes before each line that begins inside a code block.</summary>
    public string Indent { get; set; } = "";

    /// <summary>Goes on in the line and with the indentation where another output stands.</summary>
    public void Continue(Output other) => (_lineBegins, Indent) = (other._lineBegins, other.Indent);

    public void Write(string text, Position position)
    {
        if (text.Length == 0) return;
        if (Indent.Length == 0)
        {
            _text.Append(text);
            _lineBegins = text[^1] == '\n';
        }
        else WriteLines(text);
        if (_text.Length > limit) throw position.Error(Arithmetic.Long(limit));
    }

    void WriteLines(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (_lineBegins) _text.Append(Indent);
            var end = text.IndexOf('\n', at);
            _lineBegins = end >= 0;
            var next = end < 0 ? text.Length : end + 1;
            _text.Append(text, at, next - at);
            at = next;
        }
    }

    public override string ToString() => _text.ToString();
}
