namespace P1Bridge.Core.Telegrams;

/// <summary>Why a telegram was refused. A refused telegram yields no reading at all.</summary>
public enum RejectReason
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>Framed, but the checksum does not match the bytes.</summary>
    CrcMismatch,

    /// <summary>Framed without checksum, but it has a version line or a clock, so it must have one.</summary>
    CrcMissing,

    /// <summary>What follows '!' is not one to four hexadecimal digits.</summary>
    CrcMalformed,

    /// <summary>The input ended, fell silent, or a new '/' came before the '!'.</summary>
    Truncated,

    /// <summary>A line or the telegram is longer than any meter sends.</summary>
    TooLong,

    /// <summary>An encrypted frame that is not genuine by the keys that are set.</summary>
    AuthFailed,

    /// <summary>An encrypted frame, and no key is set.</summary>
    KeyMissing,
}

/// <summary>Names and texts of <see cref="RejectReason"/>.</summary>
public static class RejectReasons
{
    /// <summary>The name in machine output, for example <c>crc_mismatch</c>.</summary>
    public static string Name(RejectReason reason) => reason switch
    {
        RejectReason.None => "none",
        RejectReason.CrcMismatch => "crc_mismatch",
        RejectReason.CrcMissing => "crc_missing",
        RejectReason.CrcMalformed => "crc_malformed",
        RejectReason.Truncated => "truncated",
        RejectReason.TooLong => "too_long",
        RejectReason.AuthFailed => "auth_failed",
        RejectReason.KeyMissing => "key_missing",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>One sentence for people: what happened and what to look at.</summary>
    public static string Text(RejectReason reason) => reason switch
    {
        RejectReason.None => "accepted",
        RejectReason.CrcMismatch => "the checksum does not match: bytes were lost or changed on the way (cable, power, a second program on the port)",
        RejectReason.CrcMissing => "there is no checksum although this kind of telegram always has one: the end of the telegram was lost",
        RejectReason.CrcMalformed => "what follows the '!' is not a checksum: bytes were changed on the way",
        RejectReason.Truncated => "the telegram stops before its '!': reading began or ended in its middle, or bytes were lost",
        RejectReason.TooLong => "a line or the telegram is longer than any meter sends: the end sign was lost",
        RejectReason.AuthFailed => "the encrypted telegram cannot be opened with these keys: check decryption_key and authentication_key; "
            + "where the decryption key is right and this stays, set check_tag to false",
        RejectReason.KeyMissing => "the telegram is encrypted: ask your grid operator for the meter's key and set it as decryption_key (with a file on the command line: --key)",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
