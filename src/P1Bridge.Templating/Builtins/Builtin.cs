using System.Globalization;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary>A function that the language brings along.</summary>
/// <param name="signature">Its name and those of its parameters, those that may be left out with a question mark: <c>slice text start length?</c>.</param>
/// <param name="compute">What it does.</param>
sealed class Builtin(string signature, Func<Given, object?> compute) : ScriptFunction
{
    readonly string[] _parameters = signature.Split(' ')[1..];

    public string Name { get; } = signature.Split(' ')[0];

    int Required => _parameters.Count(static parameter => parameter[^1] != '?');

    public override object? Call(TemplateContext context, Position position, Arguments arguments)
    {
        try
        {
            return compute(Bind(context, position, arguments));
        }
        catch (ValueException problem)
        {
            throw position.Error(problem.Message);
        }
    }

    Given Bind(TemplateContext context, Position position, Arguments arguments)
    {
        var values = arguments.Values;
        if (values.Count > _parameters.Length) throw Count(values.Count);
        if (arguments.Named.Count == 0)
            return values.Count >= Required ? new(context, position, values, values.Count) : throw Count(values.Count);
        var all = new object?[_parameters.Length];
        var isGiven = new bool[_parameters.Length];
        for (var i = 0; i < values.Count; i++) (all[i], isGiven[i]) = (values[i], true);
        foreach (var (name, value) in arguments.Named)
        {
            var index = Array.FindIndex(_parameters, parameter => parameter.TrimEnd('?') == name);
            if (index < 0) throw new ValueException($"`{Name}` has no parameter {name}; it has {string.Join(", ", _parameters)}.");
            if (isGiven[index]) throw new ValueException($"`{Name}` is given {name} twice.");
            (all[index], isGiven[index]) = (value, true);
        }
        var count = Array.LastIndexOf(isGiven, true) + 1;
        // A parameter left out in the middle would have to get its default; none of the functions needs that.
        if (count < Required || isGiven.AsSpan(0, count).Contains(false)) throw Count(isGiven.Count(static given => given));
        return new(context, position, all, count);
    }

    ValueException Count(int given) => new(string.Create(
        CultureInfo.InvariantCulture, $"`{Name}` takes {string.Join(", ", _parameters)} and not {given} values; what is piped counts as the first."));
}

/// <summary>The values that a built-in function is called with, as the types that it needs.</summary>
readonly struct Given(TemplateContext context, Position position, IReadOnlyList<object?> values, int count)
{
    public TemplateContext Context => context;

    public Position Position => position;

    public object? this[int index] => index < count ? values[index] : null;

    public bool Has(int index) => index < count;

    public bool IsNull(int index) => this[index] is null;

    /// <summary>Anything as text, null as the empty one.</summary>
    public string Text(int index) => TextForm.Of(this[index]);

    /// <summary>Anything but null as text.</summary>
    public string Needed(int index) => this[index] is null ? throw ValueException.Refuse("null for this value") : Text(index);

    public int Int(int index) => Kinds.IsInt(this[index], out var number)
        ? number
        : throw ValueException.Refuse($"{Kinds.NameOf(this[index])} where a whole number is needed");

    /// <summary>A number that a text may be padded or cut to.</summary>
    public int Length(int index) => Int(index) switch
    {
        < 0 => throw ValueException.Refuse("A length below 0"),
        var length when length > context.LimitToString => throw new ValueException(Arithmetic.Long(context.LimitToString)),
        var length => length,
    };

    public object Number(int index) => Kinds.IsNumber(this[index])
        ? this[index]!
        : throw ValueException.Refuse($"{Kinds.NameOf(this[index])} where a number is needed");

    /// <summary>A list, null as the empty one.</summary>
    public IReadOnlyList<object?> List(int index)
    {
        if (this[index] is null) return [];
        var list = this[index] as IReadOnlyList<object?> ?? throw ValueException.Refuse($"{Kinds.NameOf(this[index])} where a list is needed");
        // Others count themselves when they are gone through.
        return list is ScriptArray && list.Count > context.LoopLimit ? throw new ValueException(Nodes.Call.TooLong(context.LoopLimit)) : list;
    }

    /// <summary>What the language computes only when it is gone through.</summary>
    public ScriptRange Later(IEnumerable<object?> items) => new(items, context.LoopLimit, values);

    public ScriptFunction Function(int index) => this[index] as ScriptFunction
        ?? throw ValueException.Refuse($"{Kinds.NameOf(this[index])} where a function is needed (@name)");

    public DateTime Date(int index) => this[index] is DateTime date
        ? date
        : throw ValueException.Refuse($"{Kinds.NameOf(this[index])} where a date is needed (date.parse)");

    public object? Call(ScriptFunction function, params object?[] arguments)
    {
        var result = function.Call(context, position, new(arguments, []));
        context.Flow = Flow.Next;
        return result;
    }
}
