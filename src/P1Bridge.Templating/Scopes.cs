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
        return Find(_sharedLoops, name) is { } shared ? shared.Value : Global(name);
    }

    object? Global(string name)
    {
        for (var i = globals.Count - 1; i >= 0; i--)
            if (globals[i].TryGetValue(name, out var value))
                return value;
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
        var variable = new LoopVariable(name);
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
sealed class LoopVariable(string name)
{
    public string Name { get; } = name;

    public object? Value { get; set; }
}

/// <summary>What <c>for.index</c> and its like tell.</summary>
sealed class LoopState(int length)
{
    public int Index { get; set; }

    public bool Changed { get; set; } = true;

    /// <summary>The value of <c>for.name</c>, null for a name that it does not have.</summary>
    public object? Member(string name) => name switch
    {
        "index" => (long)Index,
        "rindex" => (long)(length - Index - 1),
        "first" => Values.Kinds.Of(Index == 0),
        "last" => Values.Kinds.Of(Index == length - 1),
        "even" => Values.Kinds.Of(Index % 2 == 0),
        "odd" => Values.Kinds.Of(Index % 2 != 0),
        "length" => (long)length,
        "changed" => Values.Kinds.Of(Changed),
        _ => null,
    };
}
