namespace P1Bridge.Templating.Values;

/// <summary>
/// What <c>capture</c> gives. The language treats it as an object and not as a text: in a list it is written without quotes, it has no size
/// and no items. Here it can be written, joined to texts, compared with them, and given to functions that take a text.
/// </summary>
class CapturedText(string text)
{
    public string Text { get; } = text;
}

/// <summary>What a loop over a text gives, for the language no text either; unlike captured texts two of them can be the same.</summary>
sealed class Character(char value) : CapturedText(value.ToString())
{
    public override bool Equals(object? obj) => obj is Character other && other.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
