using System.Globalization;

namespace P1Bridge.Cli;

/// <summary>Numbers with what they count, so that one is never several.</summary>
static class Counted
{
    /// <summary><c>1 telegram</c>, <c>2 telegrams</c>; <paramref name="many"/> where an s does not make the plural.</summary>
    public static string Of(decimal count, string one, string? many = null)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? $"{one}s")}");
}
