using P1Bridge.Templating.Nodes;

namespace P1Bridge.Templating.Syntax;

/// <summary>
/// Expressions. A call has no parentheses: an operand behind an operand makes the first one a function. So operators bind tighter than
/// calls (<c>f 1 + 2</c> is <c>f (1 + 2)</c>), and pipes looser than all else.
/// </summary>
sealed partial class Parser
{
    /// <summary>Tighter than all operators with two sides.</summary>
    const int UnaryPrecedence = 200;

    static int PrecedenceOf(Token token) => token.Kind != TokenKind.Operator ? 0 : token.Text switch
    {
        "??" or "?!" => 20,
        "||" => 30,
        "&&" => 40,
        "==" or "!=" => 70,
        "<" or "<=" or ">" or ">=" => 80,
        "+" or "-" => 100,
        "*" or "/" or "//" or "%" => 110,
        ".." or "..<" => 130,
        _ => 0,
    };

    Expression ParseExpression() => ParseExpression(Reading.Whole);

    Expression ParseExpression(Reading reading) => Deeper(() =>
    {
        CallBuilder? call = null;
        while (true)
        {
            var operand = ParseOperators(reading, reading.MayCall && call is null);
            if (reading.Least == 0 && Current.Is("?")) return ParseConditional(Close(call, operand));
            var isParameter = reading.IsLoop && Current.Kind == TokenKind.Identifier;
            if (isParameter && call is not null)
                throw ParseException.Refuse(Current.Offset, "A loop's parameter behind a call without parentheses around it");
            if (Current.Is(":") && !reading.IsChoice) throw new ParseException(Current.Offset, "A colon stands only behind the name of an argument or a member, and in a choice.");
            // A sign that also stands between two values, like minus, does not begin an argument.
            if (!reading.MayCall || isParameter || !StartsOperand(Current) || PrecedenceOf(Current) > 0) return PipeAlong(Close(call, operand), reading);
            if (call is null) call = new(AsTarget(operand));
            else call.Arguments.Add(new(null, operand));
            if (ParseNamedArguments(call)) return PipeAlong(call.End(), reading);
        }
    });

    static Expression Close(CallBuilder? call, Expression last)
    {
        call?.Arguments.Add(new(null, last));
        return call?.End() ?? last;
    }

    static PathExpression AsTarget(Expression operand) => operand as PathExpression
        ?? throw new ParseException(operand.Position.Offset, "This is no function that could be called. Between statements goes a line break or `;`.");

    Expression ParseOperators(Reading reading, bool mayCall)
    {
        var left = ParseOperand(reading.MayCall);
        for (var length = 0; PrecedenceOf(Current) is var precedence && precedence > reading.Least; length++)
        {
            if (reading.StopsAtOr && Current.Is("||")) break;
            if (length > LongestChain) throw ParseException.Refuse(Current.Offset, "An expression this long");
            var sign = Take();
            left = Combine(Place(sign), sign.Text, left, ParseExpression(Reading.Whole with { Least = precedence, MayCall = mayCall, IsChoice = reading.IsChoice }));
        }
        return left;
    }

    static Binary Combine(Position position, string sign, Expression left, Expression right) => sign switch
    {
        "??" or "?!" or "||" or "&&" => new LogicalOperation(position, sign, left, right),
        "==" or "!=" or "<" or "<=" or ">" or ">=" => new ComparisonOperation(position, sign, left, right),
        ".." or "..<" => new RangeOperation(position, sign == "..<", left, right),
        _ => new ArithmeticOperation(position, sign, left, right),
    };

    Conditional ParseConditional(Expression condition)
    {
        var sign = Take();
        var then = ParseExpression(Reading.Whole with { TakesPipes = false, IsChoice = true });
        if (Current.Is("|") || Current.Is("|>")) throw ParseException.Refuse(Current.Offset, "A pipe between ? and : without parentheses around it");
        Expect(":");
        return new(Place(sign), condition, then, ParseExpression(Reading.Whole with { IsChoice = true }));
    }

    /// <summary>Named arguments behind an operand; true when the call ends with them.</summary>
    bool ParseNamedArguments(CallBuilder call)
    {
        var any = false;
        while (Current.Kind == TokenKind.Identifier && Peek().Is(":"))
        {
            any = true;
            var name = Take().Text;
            Expect(":");
            call.Arguments.Add(new(name, ParseOperand(mayCall: false)));
        }
        if (any && StartsOperand(Current)) throw ParseException.Refuse(Current.Offset, "An argument without a name behind one with");
        return any;
    }

    Expression PipeAlong(Expression from, Reading reading)
    {
        for (var length = 0; reading is { Least: 0, TakesPipes: true } && (Current.Is("|") || Current.Is("|>")); length++)
        {
            if (length > LongestChain) throw ParseException.Refuse(Current.Offset, "An expression this long");
            Take();
            SkipLineBreaks();
            from = Pipe(from, ParseExpression(Reading.Whole with { TakesPipes = false }));
        }
        return from;
    }

    /// <summary>What is piped goes to the function that is computed first.</summary>
    static Expression Pipe(Expression from, Expression to) => to switch
    {
        Call call => call.WithFirst(from),
        PathExpression path => new Call(path.Position, path, [new(null, from)]),
        Binary binary => binary.With(Pipe(from, binary.Left)),
        Conditional conditional => conditional.With(Pipe(from, conditional.Condition)),
        _ => throw ParseException.Refuse(to.Position.Offset, "A pipe into something else than a function"),
    };

    /// <summary>What belongs to an expression and where it ends.</summary>
    /// <param name="Least">Only operators that bind tighter than this belong to it.</param>
    /// <param name="MayCall">Whether a further operand makes the first a function; within an argument it is the next argument.</param>
    /// <param name="TakesPipes">Whether it goes on behind a bar.</param>
    /// <param name="IsLoop">In the head of a loop names behind the operand are the loop's parameters.</param>
    /// <param name="StopsAtOr">In <c>when</c> two bars separate values.</param>
    /// <param name="IsChoice">Between <c>?</c> and <c>:</c> or behind them, where a colon may follow.</param>
    readonly record struct Reading(int Least, bool MayCall, bool TakesPipes, bool IsLoop, bool StopsAtOr, bool IsChoice)
    {
        public static readonly Reading Whole = new(0, true, true, false, false, false);
    }

    sealed class CallBuilder(PathExpression target)
    {
        public List<Argument> Arguments { get; } = [];

        public Call End() => new(target.Position, target, Arguments);
    }
}
