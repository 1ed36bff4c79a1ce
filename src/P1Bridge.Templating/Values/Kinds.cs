namespace P1Bridge.Templating.Values;

/// <summary>What a value counts as.</summary>
static class Kinds
{
    // Boxed once: conditions and loops would otherwise allocate at every turn.
    public static readonly object True = true;
    public static readonly object False = false;

    public static object Of(bool value) => value ? True : False;

    /// <summary>Only null and false are false; 0 and an empty text are not.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool truth => truth,
        _ => true,
    };

    /// <summary>A whole number in the range of an index.</summary>
    public static bool IsInt(object? value, out int number)
    {
        (var found, number) = value switch
        {
            long whole and >= int.MinValue and <= int.MaxValue => (true, (int)whole),
            double real when real == Math.Floor(real) && Math.Abs(real) < int.MaxValue => (true, (int)real),
            decimal real when real == Math.Floor(real) && Math.Abs(real) < int.MaxValue => (true, (int)real),
            _ => (false, 0),
        };
        return found;
    }

    /// <summary>A whole number, not a double or decimal without fraction; beyond 32 bits the language takes it for another type.</summary>
    public static bool IsInt32(object? value) => value is long and >= int.MinValue and <= int.MaxValue;

    public static bool IsNumber(object? value) => value is long or double or decimal;

    /// <summary>How a message names a value's type.</summary>
    public static string NameOf(object? value) => value switch
    {
        null => "null",
        bool => "a truth value",
        long or double or decimal => "a number",
        string => "a text",
        DateTime => "a date",
        ScriptObject => "an object",
        ScriptFunction => "a function",
        Character => "a character of a text",
        CapturedText => "a captured text",
        Builtins.BuiltinGroup => "a group of functions",
        _ => "a list",
    };
}
