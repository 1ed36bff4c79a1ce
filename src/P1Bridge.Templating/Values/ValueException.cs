namespace P1Bridge.Templating.Values;

/// <summary>Values that an operation cannot take; whoever knows the place in the template says it with the place.</summary>
sealed class ValueException(string message) : Exception(message)
{
    public static ValueException Refuse(string what) => new(Syntax.Refusal.Of(what));
}
