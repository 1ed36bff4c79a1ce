using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Cli.Decoding;

/// <summary>What bytes without a valid telegram are, and which option or setting makes telegrams of them.</summary>
static class DecodeHint
{
    /// <summary>One or two lines; none when nothing better is known than that there is no telegram.</summary>
    public static IReadOnlyList<string> For(LineSample sample, bool hasKey) => LineDiagnosis.Of(sample).Finding switch
    {
        LineFinding.Encrypted when hasKey =>
        [
            "The telegrams are encrypted, and the key does not open them. Compare it with the operator's letter, digit by digit.",
            "Some meters need --authentication-key too; --skip-tag-check opens those that sign with a key that nobody knows.",
        ],
        LineFinding.Encrypted => ["The telegrams are encrypted. Ask your grid operator for the key of your meter and give it with --key HEX (in the configuration: decryption_key)."],
        LineFinding.InvertedSignal => ["The signal is upside down: these are telegrams that nothing inverted back. Use a P1 cable, or switch on the inversion of the adapter."],
        LineFinding.WrongParity => ["These are telegrams with the wrong number of bits: the meter sends 7E1 and they were received as 8N1, or the other way round. Receive them with format: 7E1 or 8N1 (p1bridge finds that by itself when format is not set)."],
        LineFinding.WrongBaud => ["These bytes were received at the wrong speed: meters send at 115200 baud, those before DSMR 4 at 9600. Receive them with another baud_rate (p1bridge finds that by itself when baud_rate is not set)."],
        LineFinding.LineEnds => ["The telegrams lost the CR at each line end on the way, so no checksum can match. Receive them in raw mode, and do not let an editor or git change them."],
        LineFinding.NotP1Hdlc => ["These are HDLC frames, as Norwegian meters send them, and no P1 telegrams."],
        LineFinding.NotP1Mbus => ["These are M-Bus frames, as some Austrian meters send them, and no P1 telegrams."],
        LineFinding.CrcErrors => ["There are telegrams, but each was damaged on the way. 'p1bridge doctor' says what helps."],
        _ => [],
    };
}
