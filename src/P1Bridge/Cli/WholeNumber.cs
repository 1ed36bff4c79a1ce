using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace P1Bridge.Cli;

/// <summary>
/// Options that take a whole number. They look at the word itself: asked for the value of a word that is none, the parser throws instead of
/// reporting.
/// </summary>
static class WholeNumber
{
    /// <summary>An option with limits.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="alias">Its short name, by which messages call it; null: none.</param>
    /// <param name="least">The least.</param>
    /// <param name="most">The most.</param>
    /// <param name="description">For the help.</param>
    /// <param name="helpName">What stands for the number in the help.</param>
    /// <param name="expected">What is expected, where the limits do not say it.</param>
    public static Option<int?> Option(string name, string? alias, int least, int most, string description, string helpName, string? expected = null)
    {
        var option = new Option<int?>(name, alias is null ? [] : [alias]) { Description = description, HelpName = helpName };
        expected ??= string.Create(CultureInfo.InvariantCulture, $"a whole number from {least}{(most == int.MaxValue ? "" : $" to {most}")}");
        option.Validators.Add(result =>
        {
            if (WordOf(result) is not { } word || !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
                result.AddError($"{alias ?? name} is {expected}.");
        });
        return option;
    }

    /// <summary>The one word behind an option; null when it is missing.</summary>
    public static string? WordOf(OptionResult result) => result.Tokens is [var word] ? word.Value : null;
}
