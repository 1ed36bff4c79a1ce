using System.Collections.Immutable;

namespace P1Bridge.Core.Diagnosis;

/// <summary>A figure behind a finding.</summary>
/// <param name="Name">Its name in machine output.</param>
/// <param name="Value">Shares are 0 to 1, times are seconds.</param>
public readonly record struct LineFact(string Name, decimal Value);

/// <summary>
/// What a line is, with the evidence. Decides only: proof first (telegrams, or telegrams after undoing one known fault), then figures.
/// </summary>
/// <param name="Finding">The likeliest state of the line.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Facts">The figures.</param>
/// <param name="Recovered">A few lines of telegram that could be read, as proof; null when none.</param>
public sealed record LineDiagnosis(LineFinding Finding, Confidence Confidence, ImmutableArray<LineFact> Facts, string? Recovered = null)
{
    /// <summary>Fewer bytes than any telegram has: what plugging in a cable leaves on a line.</summary>
    const int Stray = 32;

    /// <summary>So many lines with a telegram's shape are no accident.</summary>
    const int EnoughObjects = 2;

    /// <summary>Whether this is the state of the line itself, which listening longer or otherwise would not change.</summary>
    public bool IsCertain => Confidence == Confidence.High && Finding is not (LineFinding.CrcErrors or LineFinding.NoTelegram);

    /// <summary>Whether another speed or format may make telegrams of it.</summary>
    public bool IsWorthAnotherProfile
        => Finding is LineFinding.Silent or LineFinding.WrongParity or LineFinding.WrongBaud or LineFinding.Noise;

    /// <summary>Judges a sample.</summary>
    public static LineDiagnosis Of(LineSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var bytes = sample.Bytes.Span;
        var shares = LineShares.Of(bytes);
        var facts = FactsOf(sample, shares);
        return OfTelegrams(sample, bytes, facts)
            ?? (bytes.Length < Stray ? new LineDiagnosis(LineFinding.Silent, bytes.IsEmpty ? Confidence.High : Confidence.Medium, facts) : null)
            ?? OfFrames(bytes, facts)
            ?? OfMisreadText(sample.Profile, bytes, shares, facts)
            ?? OfText(sample, bytes, shares, facts)
            ?? OfFigures(sample.Profile, shares, facts);
    }

    static LineDiagnosis? OfTelegrams(LineSample sample, ReadOnlySpan<byte> bytes, ImmutableArray<LineFact> facts)
    {
        var (accepted, damaged, lineEndsChanged) = sample.Counts;
        if (accepted == 0) return null;
        if (damaged == 0) return new(LineFinding.Ok, Confidence.High, facts, TelegramShape.Excerpt(bytes));
        return lineEndsChanged == damaged
            ? new(LineFinding.LineEnds, Confidence.High, facts, TelegramShape.Excerpt(bytes))
            : new(LineFinding.CrcErrors, Confidence.High, facts, TelegramShape.Excerpt(bytes));
    }

    static LineDiagnosis? OfFrames(ReadOnlySpan<byte> bytes, ImmutableArray<LineFact> facts)
    {
        foreach (var (finding, frames) in (ReadOnlySpan<(LineFinding, int)>)[
            (LineFinding.Encrypted, BinaryFrames.CountEncrypted(bytes)),
            (LineFinding.NotP1Hdlc, BinaryFrames.CountHdlc(bytes)),
            (LineFinding.NotP1Mbus, BinaryFrames.CountMbus(bytes))])
        {
            if (frames > 0) return new(finding, Confidence.High, facts.Add(new("frames", frames)));
        }
        return null;
    }

    /// <summary>Text that one known fault made unreadable.</summary>
    static LineDiagnosis? OfMisreadText(LineProfile? profile, ReadOnlySpan<byte> bytes, in LineShares shares, ImmutableArray<LineFact> facts)
    {
        // Of an inverted line more than 85 % have bit 7 set, of one with parity bits 35 to 40 %, of clean text none.
        if (shares.High > 0.6) return OfRecovered(LineFinding.InvertedSignal, LineCode.InvertBack(bytes), facts);
        if (shares.High is > 0.15 and < 0.6) return OfRecovered(LineFinding.WrongParity, LineCode.ClearParity(bytes), facts);
        // Read as 7E1, the characters of an 8N1 line that have odd parity (1, 2, 4, 7, 8 among them) arrive as 00.
        var isSevenEven = profile is null or { IsSevenEven: true };
        return isSevenEven && shares is { High: 0, Zero: > 0.2 and < 0.6 } && shares.Text > 0.95 * (1 - shares.Zero)
            ? new(LineFinding.WrongParity, profile is null ? Confidence.Low : Confidence.Medium, facts)
            : null;
    }

    static LineDiagnosis? OfRecovered(LineFinding finding, byte[] text, ImmutableArray<LineFact> facts)
    {
        var objects = TelegramShape.CountObjects(text);
        var excerpt = TelegramShape.Excerpt(text);
        if (objects >= EnoughObjects) return new(finding, Confidence.High, facts.Add(new("recovered_objects", objects)), excerpt);
        // A short sample may lie within one long line. Of noise only three quarters become text.
        return LineShares.Of(text).Text > 0.97 ? new(finding, Confidence.Medium, facts, excerpt) : null;
    }

    static LineDiagnosis? OfText(LineSample sample, ReadOnlySpan<byte> bytes, in LineShares shares, ImmutableArray<LineFact> facts)
    {
        var (_, damaged, lineEndsChanged) = sample.Counts;
        if (lineEndsChanged > 0) return new(LineFinding.LineEnds, Confidence.High, facts, TelegramShape.Excerpt(bytes));
        var objects = TelegramShape.CountObjects(bytes);
        if (damaged > 0 && objects >= EnoughObjects) return new(LineFinding.CrcErrors, Confidence.High, facts, TelegramShape.Excerpt(bytes));
        return objects >= EnoughObjects || shares.Text > 0.95 ? new(LineFinding.NoTelegram, Confidence.Medium, facts, TelegramShape.Excerpt(bytes)) : null;
    }

    static LineDiagnosis OfFigures(LineProfile? profile, in LineShares shares, ImmutableArray<LineFact> facts)
    {
        // A slow line read fast: one start bit lasts longer than a whole byte.
        if (shares.Zero > 0.9) return new(LineFinding.WrongBaud, Confidence.High, facts);
        // Noise has 0.004; what is left of text keeps its uneven letters however it is cut into bytes.
        const double notRandom = 0.012;
        if (shares.Alike > notRandom) return new(LineFinding.WrongBaud, Confidence.Medium, facts);
        return profile is { BaudRate: < 115_200 } ? new(LineFinding.WrongBaud, Confidence.Low, facts) : new(LineFinding.Noise, Confidence.Low, facts);
    }

    static ImmutableArray<LineFact> FactsOf(LineSample sample, in LineShares shares)
    {
        var facts = ImmutableArray.CreateBuilder<LineFact>();
        facts.Add(new("bytes", shares.Count));
        if (sample.Listened > TimeSpan.Zero) facts.Add(new("seconds", Math.Round((decimal)sample.Listened.TotalSeconds, 1)));
        facts.Add(new("telegrams", sample.Counts.Accepted));
        facts.Add(new("damaged_telegrams", sample.Counts.Damaged));
        if (shares.Count == 0) return facts.ToImmutable();
        facts.Add(new("share_text", Share(shares.Text)));
        facts.Add(new("share_bit_7", Share(shares.High)));
        facts.Add(new("share_odd", Share(shares.Odd)));
        facts.Add(new("share_zero", Share(shares.Zero)));
        facts.Add(new("coincidence", Share(shares.Alike)));
        return facts.ToImmutable();
    }

    static decimal Share(double share) => Math.Round((decimal)share, 3);
}
