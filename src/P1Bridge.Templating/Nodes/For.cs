using System.Globalization;
using P1Bridge.Templating.Syntax;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Nodes;

/// <summary>The parameters behind <c>for item in items</c>.</summary>
sealed record ForParameters(Expression? Offset, Expression? Limit, bool IsReversed);

sealed class For(Position position, string variable, Expression items, ForParameters parameters, Block body) : Statement(position)
{
    public override void Execute(TemplateContext context)
    {
        if (Items(items.Evaluate(context), context) is not { } list) return;
        using var turns = list.GetEnumerator();
        var scopes = context.Scopes;
        var (outer, state, slot) = (scopes.Loop, new LoopState(list, turns), scopes.PushLoop(variable));
        if (scopes.LoopDepth++ == 0) scopes.LoopSteps = 0;
        scopes.Loop = state;
        try
        {
            if (turns.MoveNext()) Turns(context, turns, state, slot);
        }
        finally
        {
            scopes.Loop = outer;
            scopes.LoopDepth--;
            scopes.PopLoop(variable);
        }
    }

    void Turns(TemplateContext context, IEnumerator<object?> turns, LoopState state, LoopVariable slot)
    {
        while (true)
        {
            if (++context.Scopes.LoopSteps > context.LoopLimit)
                throw Position.Error(string.Create(CultureInfo.InvariantCulture, $"The loop makes more than {context.LoopLimit} turns (LoopLimit)."));
            var value = slot.Value = turns.Current;
            body.Execute(context);
            // What a list computes for its next item is computed now; a function that is called for it forgets `break`, as in Scriban.
            var isLast = state.IsLast();
            var flow = context.Flow;
            if (flow != Flow.Return) context.Flow = Flow.Next;
            if (isLast || flow is Flow.Return or Flow.Break) return;
            state.Next(changed: !Equals(turns.Current, value));
        }
    }

    /// <summary>The items to go through.</summary>
    IEnumerable<object?>? Items(object? source, TemplateContext context)
    {
        var all = source switch
        {
            null => null,
            ScriptObject { IsReadOnly: false } members => members.Pairs(),
            IReadOnlyList<object?> list => list,
            string text => text.Select(static c => new Character(c)),
            var other => throw Position.Error($"{Kinds.NameOf(other)} cannot be gone through."),
        };
        if (all is null) return null;
        var offset = Number(parameters.Offset, context);
        var limit = Number(parameters.Limit, context);
        if (offset > 0) all = all.Skip(offset);
        if (parameters.IsReversed) all = all.Reverse();
        // The limit counts in the order of the loop: reversed, it takes the last ones. In this language 0 and less is no limit.
        return limit > 0 ? all.Take(limit) : all;
    }

    static int Number(Expression? expression, TemplateContext context)
    {
        if (expression is null) return 0;
        var value = expression.Evaluate(context);
        return Kinds.IsInt(value, out var number)
            ? number
            : throw expression.Position.Refuse($"{Kinds.NameOf(value)} that is no whole number");
    }
}
