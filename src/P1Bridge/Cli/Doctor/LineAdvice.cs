using P1Bridge.Core.Diagnosis;
using P1Bridge.Configuration;
using P1Bridge.Sources;

namespace P1Bridge.Cli.Doctor;

/// <summary>What to do about a line, the likeliest first.</summary>
static class LineAdvice
{
    const string Activate =
        "Is the P1 port switched on? In Belgium the grid operator (Fluvius, ORES, RESA, Sibelga) does that on request, on its web site. Until then the port "
        + "gives no power either: an adapter that is fed by the meter stays dark.";

    const string GatewaySettings = "Set the serial side of the gateway to 115200 baud 8N1 (9600 7E1 for meters before DSMR 4).";

    /// <summary>The steps for what was found.</summary>
    public static IReadOnlyList<string> For(LineReport report) => report.Diagnosis.Finding switch
    {
        _ when report.IsMisconfigured => Misconfigured(report.Profile!.Value),
        LineFinding.Ok => [],
        LineFinding.CrcErrors => Damaged,
        LineFinding.Silent => Silent(report),
        LineFinding.InvertedSignal =>
        [
            "Use a P1 cable: its chip turns the signal round. A bare TTL adapter does not.",
            "Or switch the inversion on where the signal is received: an FTDI chip with FT_PROG (Invert RXD), an ESP board in its UART settings (ESPHome: rx_pin with inverted: true), "
            + "a bare input pin with one transistor.",
        ],
        LineFinding.WrongParity or LineFinding.WrongBaud => MisSet(report),
        LineFinding.Encrypted when report.IsWrongKey =>
        [
            "Compare decryption_key of this meter with the operator's letter, digit by digit; after a change of meter there is a new one.",
            "Some meters need an authentication_key of their own, and some sign with a key that nobody knows: then check_tag: false helps.",
        ],
        LineFinding.Encrypted =>
        [
            "Ask your grid operator for the key of your meter, and set it as decryption_key (or decryption_key_file) of this meter.",
            "Or ask the operator to switch encryption off. Meters in Luxembourg and some in Austria encrypt; Belgian and Dutch ones do not.",
        ],
        LineFinding.NotP1Hdlc or LineFinding.NotP1Mbus => ["P1Bridge reads P1 ports only. Is there a second socket on the meter, marked P1 or H1?"],
        LineFinding.LineEnds =>
        [
            "Let the gateway pass the bytes on unchanged: ser2net 'raw' (not 'telnet'), socat 'raw,echo=0', an ESP stream server without text mode.",
            "If this is a recording: record it again with 'raw' settings; editors and git change line ends.",
        ],
        LineFinding.NoTelegram when report.Diagnosis.Recovered is not null => Damaged,
        _ => Other(report),
    };

    /// <summary>The program that has the port is mostly the service itself.</summary>
    public static IReadOnlyList<string> Busy(MeterOptions meter) =>
    [
        "If that is the bridge itself, stop it while doctor listens; the service: sudo systemctl stop p1bridge, and start afterwards.",
        $"Without stopping it: {ListenerAdvice.Serving(meter.Serve)}",
    ];

    static IReadOnlyList<string> Damaged =>
    [
        "Stop other programs and readers on this port: each takes a part of the bytes. Two readers need a P1 splitter.",
        "Try a shorter or another cable, and push the plug in until it clicks.",
        "An adapter that is fed by the meter may get too little power: give it a supply of its own.",
        "Damaged telegrams are never used, so no value becomes wrong; there are just fewer.",
    ];

    static IReadOnlyList<string> Misconfigured(LineProfile profile) =>
    [
        "Remove baud_rate and format of this meter from the configuration: P1Bridge then finds them by listening.",
        FormattableString.Invariant($"Or set baud_rate: {profile.BaudRate} and format: {(profile.IsSevenEven ? "7E1" : "8N1")}."),
    ];

    static List<string> Silent(LineReport report)
    {
        if (report.Meter.Source is MqttSourceOptions topic) return [$"Does something publish the meter's raw telegrams on {topic.Topic}? What was retained there earlier does not count."];
        if (report.Meter.Source is HttpSourceOptions) return ["The device answers, but with the same telegram again and again: is it still plugged in to the meter?", Activate];
        var advice = new List<string>();
        if (report.IsGateway)
        {
            advice.Add("Look at the gateway's own page or log: does it get anything from the meter?");
            advice.Add("Many gateways serve one connection only: stop the other program, or P1Bridge itself if it is running.");
            advice.Add(GatewaySettings);
        }
        advice.Add(Activate);
        advice.Add("Is the plug in the socket marked P1, until it clicks? The socket S1 beside it takes the same plug and sends no telegrams.");
        if (report.Meter.Source is not SerialSourceOptions serial) return advice;
        advice.Add(report.Meter.RequestLines
            ? "Pin 2 of the plug asks the meter to send and needs 5 V; a cable that is not made for P1 may leave it open."
            : "request_lines is false: cables that ask the meter through RTS or DTR need it true.");
        advice.Add(OtherPorts(serial));
        return advice;
    }

    static string OtherPorts(SerialSourceOptions serial)
    {
        var others = SerialSource.Ports.Where(port => !port.Equals(serial.Device, StringComparison.OrdinalIgnoreCase)).ToList();
        return others.Count == 0 ? "Is it the right port? No other was found." : $"Is it the right port? There are also: {string.Join(", ", others)}";
    }

    static IReadOnlyList<string> MisSet(LineReport report)
    {
        if (report.IsGateway) return [GatewaySettings];
        if (report.IsRecording) return [$"{ReadItAs(report)} P1Bridge does so by itself when baud_rate and format are not set."];
        return
        [
            $"None of the usual settings makes telegrams of it ({report.TriedText}). If the meter's manual names others, set baud_rate and format of this meter.",
            "Is the cable made for P1? A cable without inversion and a loose contact can look like this too.",
        ];
    }

    static string ReadItAs(LineReport report)
    {
        if (report.Diagnosis.Finding == LineFinding.WrongParity) return "Read the line as 7E1, at the speed it was recorded with.";
        return report.Fact("share_zero") > 0.9m ? "Read the line at 9600 baud 7E1." : "Read the line at 115200 baud 8N1.";
    }

    static List<string> Other(LineReport report)
    {
        var advice = new List<string> { "Check that the cable leads to the meter's P1 socket, and that its ground wire (pins 3 and 6) has contact." };
        if (report.IsGateway) advice.Add(GatewaySettings);
        if (report.Meter.Source is SerialSourceOptions serial) advice.Add(OtherPorts(serial));
        return advice;
    }
}
