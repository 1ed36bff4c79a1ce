using P1Bridge.Templating.Builtins;

namespace P1Bridge.Templating;

/// <summary>
/// Where names are looked up: variables of running loops, parameters of the running function, then the globals from the last added on.
/// Names with <c>$</c> belong to the running function or page alone.
/// </summary>
sealed class Scopes(List<ScriptObject> globals)
{
    Frame _frame = new(null);

    /// <summary>Loops of pages and of functions without parameters: these see each other's variables.</summary>
    List<LoopVariable> _sharedLoops = [];

    public long LoopSteps { get; set; }

    public int LoopDepth { get; set; }

    public LoopState? Loop { get; set; }

    public void Reset() => (_frame, _sharedLoops, LoopSteps, LoopDepth, Loop) = (new(null), [], 0, 0, null);

    public object? Get(string name)
    {
        if (_frame.Parameters is { } parameters)
        {
            if (Find(_frame.Loops!, name) is { } own) return own.Value;
            if (parameters.TryGetValue(name, out var parameter)) return parameter;
        }
        return Shared(name);
    }

    /// <summary>A global object hides the loops that began before it was added.</summary>
    object? Shared(string name)
    {
        var loop = _sharedLoops.Count - 1;
        for (var i = globals.Count - 1; i >= 0; i--)
        {
            for (; loop >= 0 && _sharedLoops[loop].Level > i; loop--)
                if (_sharedLoops[loop].Name == name)
                    return _sharedLoops[loop].Value;
            if (globals[i].TryGetValue(name, out var value)) return value;
        }
        return BuiltinTable.Find(name);
    }

    public object? GetLocal(string name) => Find(_frame.LocalLoops, name) is { } loop ? loop.Value : _frame.Locals.GetValueOrDefault(name);

    /// <summary>A function's parameters and new names stay in it; a name that exists outside is written to the last global object.</summary>
    public void Set(string name, object? value)
    {
        if (_frame.Parameters is { } parameters && (parameters.ContainsKey(name) || !IsGlobal(name))) parameters.Set(name, value);
        else globals[^1].Set(name, value);
    }

    bool IsGlobal(string name) => globals.Exists(members => members.ContainsKey(name)) || BuiltinTable.Find(name) is not null;

    public void SetLocal(string name, object? value) => _frame.Locals[name] = value;

    public Frame PushFrame(ScriptObject? parameters)
    {
        var outer = _frame;
        _frame = new(parameters);
        return outer;
    }

    public void PopFrame(Frame outer) => _frame = outer;

    public LoopVariable PushLoop(string name)
    {
        var variable = new LoopVariable(name, globals.Count);
        Loops(name).Add(variable);
        return variable;
    }

    public void PopLoop(string name) => Loops(name).RemoveAt(Loops(name).Count - 1);

    List<LoopVariable> Loops(string name) => name[0] == '$' ? _frame.LocalLoops : _frame.Loops ?? _sharedLoops;

    static LoopVariable? Find(List<LoopVariable> loops, string name)
    {
        for (var i = loops.Count - 1; i >= 0; i--)
            if (loops[i].Name == name)
                return loops[i];
        return null;
    }
}

/// <summary>What belongs to one running function or page.</summary>
sealed class Frame(ScriptObject? parameters)
{
    public ScriptObject? Parameters { get; } = parameters;

    public List<LoopVariable>? Loops { get; } = parameters is null ? null : [];

    public List<LoopVariable> LocalLoops { get; } = [];

    public Dictionary<string, object?> Locals { get; } = [];
}

/// <summary>The variable of a running loop.</summary>
sealed class LoopVariable(string name, int level)
{
    public string Name { get; } = name;

    /// <summary>How many global objects there were when the loop began.</summary>
    public int Level { get; } = level;

    public object? Value { get; set; }
}

/// <summary>What <c>for.index</c> and its like tell.</summary>
sealed class LoopState(IEnumerable<object?> items, IEnumerator<object?> turns)
{
    public static readonly IReadOnlyCollection<string> Names = ["index", "rindex", "first", "last", "even", "odd", "length", "changed"];

    int? _length;
    bool? _isLast;

    public int Index { get; private set; }

    public bool Changed { get; private set; } = true;

    int Length => _length ??= items.Count();

    /// <summary>The value of <c>for.name</c>.</summary>
    public object? Member(string name) => name switch
    {
        "index" => (long)Index,
        "rindex" => (long)(Length - Index - 1),
        "first" => Values.Kinds.Of(Index == 0),
        "last" => Values.Kinds.Of(IsLast()),
        "even" => Values.Kinds.Of(Index % 2 == 0),
        "odd" => Values.Kinds.Of(Index % 2 != 0),
        "length" => (long)Length,
        _ => Values.Kinds.Of(Changed),
    };

    /// <summary>Looks for the next item; what the list computes for it is computed now.</summary>
    public bool IsLast() => _isLast ??= !turns.MoveNext();

    public void Next(bool changed) => (Index, Changed, _isLast) = (Index + 1, changed, null);
}
