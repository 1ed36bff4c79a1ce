namespace P1Bridge.Templating.Values;

/// <summary>
/// What <c>capture</c> gives. The language treats it as an object and not as a text: in a list it is written without quotes, it has no size
/// and no items. Here it can be written, joined to texts, compared with them, and given to functions that take a text.
/// </summary>
sealed class CapturedText(string text)
{
    public string Text { get; } = text;
}
