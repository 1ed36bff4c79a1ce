using System.Globalization;
using P1Bridge.Templating.Nodes;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>
/// What a template is rendered with: variables, a loader for <c>include</c>, and limits. What was included is read once for each context. Not for
/// several threads at once.
/// </summary>
public sealed class TemplateContext
{
    readonly List<ScriptObject> _globals = [];
    readonly Dictionary<string, Template> _includes = [];
    readonly Dictionary<string, int> _turns = [];
    int _depth;

    /// <summary>Creates a context with no variables but the built-in functions.</summary>
    public TemplateContext() => Scopes = new(_globals);

    /// <summary>Finds included templates; without one, <c>include</c> is an error.</summary>
    public ITemplateLoader? TemplateLoader { get; set; }

    /// <summary>How many turns a loop may make, those of the loops within it counted too; also the longest list that a function takes.</summary>
    public int LoopLimit { get; set; } = 1000;

    /// <summary>How deep functions and includes may call each other.</summary>
    public int RecursiveLimit { get; set; } = 100;

    /// <summary>How many characters a template may write, and how long a text may get that it computes.</summary>
    public int LimitToString { get; set; } = 1_048_576;

    /// <summary>Whether what a code block writes is indented like the block, when only white space stands before it on its line.</summary>
    public bool AutoIndent { get; set; } = true;

    internal Scopes Scopes { get; }

    internal Output Output { get; private set; } = new(0);

    internal Flow Flow { get; set; }

    internal object? Returned { get; set; }

    /// <summary>Adds an object whose members are variables; they hide those of objects added before.</summary>
    public void PushGlobal(ScriptObject scriptObject) => _globals.Add(scriptObject);

    /// <summary>Takes away the object added last.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public ScriptObject PopGlobal()
    {
        if (_globals.Count == 0) throw new InvalidOperationException("There is no object to take away.");
        var last = _globals[^1];
        _globals.RemoveAt(_globals.Count - 1);
        return last;
    }

    internal string RenderPage(Block body)
    {
        Output = new(LimitToString);
        Scopes.Reset();
        (_depth, Flow, Returned) = (0, Flow.Next, null);
        var pushed = _globals.Count == 0;
        if (pushed) PushGlobal([]);
        try
        {
            body.Execute(this);
            if (Flow == Flow.Return) Output.Write(TextForm.Of(Returned), body.Position);
            return Output.ToString();
        }
        finally
        {
            if (pushed) PopGlobal();
            _turns.Clear();
        }
    }

    /// <summary>Runs what writes into a text of its own.</summary>
    internal string Capture(Action write, bool isPage)
    {
        var outer = Output;
        Output = new(LimitToString);
        if (isPage) Output.Indent = "";
        else Output.Continue(outer);
        try
        {
            write();
            return Output.ToString();
        }
        finally
        {
            if (!isPage) outer.Continue(Output);
            Output = outer;
        }
    }

    internal void Enter(Position position)
    {
        if (++_depth > RecursiveLimit)
            throw position.Error(string.Create(CultureInfo.InvariantCulture, $"Calls are nested more than {RecursiveLimit} deep (RecursiveLimit)."));
        // Expressions between the calls take stack too; running out of it could not be caught.
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw position.Error("Calls are nested too deeply for this thread's stack.");
    }

    internal void Leave() => _depth--;

    /// <summary>Whose turn it is in <c>array.cycle</c>, of so many; null of none.</summary>
    internal int? NextTurn(string key, int count)
    {
        var turn = count == 0 ? 0 : _turns.GetValueOrDefault(key) % count;
        _turns[key] = count == 0 ? 0 : turn + 1;
        return count == 0 ? null : turn;
    }

    internal Template Included(string path, string callerPath, Position position)
    {
        if (_includes.TryGetValue(path, out var known)) return known;
        var text = TemplateLoader!.Load(this, callerPath, path) ?? throw position.Error($"The template {path} does not exist.");
        var template = Template.Parse(text, path);
        if (template.HasErrors) throw new ScriptRuntimeException(template.Messages[0]);
        return _includes[path] = template;
    }
}

/// <summary>What follows the statement that ran last.</summary>
enum Flow
{
    Next,
    Break,
    Continue,
    Return,
}
