namespace P1Bridge.Core.Diagnosis;

/// <summary>What a line is, judged by what came out of it.</summary>
public enum LineFinding
{
    /// <summary>Telegrams with matching checksums, and no others.</summary>
    Ok,

    /// <summary>Telegrams, but some or all of them damaged on the way.</summary>
    CrcErrors,

    /// <summary>Nothing at all, or a few stray bytes.</summary>
    Silent,

    /// <summary>Telegrams whose electrical levels are upside down: the cable does not invert.</summary>
    InvertedSignal,

    /// <summary>7E1 read as 8N1 or the other way round.</summary>
    WrongParity,

    /// <summary>Read faster or slower than it was sent.</summary>
    WrongBaud,

    /// <summary>Telegrams inside encrypted frames.</summary>
    Encrypted,

    /// <summary>HDLC frames, as Norwegian meters and optical heads send them.</summary>
    NotP1Hdlc,

    /// <summary>M-Bus frames, as some Austrian meters send them.</summary>
    NotP1Mbus,

    /// <summary>Telegrams that lost their CRs, so that no checksum matches.</summary>
    LineEnds,

    /// <summary>Readable text that holds no whole telegram.</summary>
    NoTelegram,

    /// <summary>Bytes without any structure.</summary>
    Noise,
}

/// <summary>How sure a finding is.</summary>
public enum Confidence
{
    /// <summary>The likeliest of several causes.</summary>
    Low,

    /// <summary>The figures fit one cause.</summary>
    Medium,

    /// <summary>Proven: the telegram itself was seen.</summary>
    High,
}

/// <summary>Names of <see cref="LineFinding"/> and <see cref="Confidence"/>.</summary>
public static class LineFindings
{
    /// <summary>The name in machine output, for example <c>inverted_signal</c>.</summary>
    public static string Name(LineFinding finding) => finding switch
    {
        LineFinding.Ok => "ok",
        LineFinding.CrcErrors => "crc_errors",
        LineFinding.Silent => "silent",
        LineFinding.InvertedSignal => "inverted_signal",
        LineFinding.WrongParity => "wrong_parity",
        LineFinding.WrongBaud => "wrong_baud",
        LineFinding.Encrypted => "encrypted",
        LineFinding.NotP1Hdlc => "not_p1_hdlc",
        LineFinding.NotP1Mbus => "not_p1_mbus",
        LineFinding.LineEnds => "line_ends",
        LineFinding.NoTelegram => "no_telegram",
        LineFinding.Noise => "noise",
        _ => throw new ArgumentOutOfRangeException(nameof(finding)),
    };

    /// <summary>The name in machine output, for example <c>high</c>.</summary>
    public static string Name(Confidence confidence) => confidence switch
    {
        Confidence.Low => "low",
        Confidence.Medium => "medium",
        Confidence.High => "high",
        _ => throw new ArgumentOutOfRangeException(nameof(confidence)),
    };
}
