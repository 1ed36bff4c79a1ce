namespace P1Bridge.Configuration;

/// <summary>What sources over the network need besides their address.</summary>
sealed partial class BridgeBinder
{
    /// <summary>HomeWizard advises against asking its devices more often than every 500 ms.</summary>
    static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(500);

    static HttpSettings Http(OptionsReader section, SourceOptions? source)
    {
        var standard = new HttpSettings();
        var settings = new HttpSettings
        {
            Interval = section.Duration(
                "interval", standard.Interval, ShortestInterval, TimeSpan.FromMinutes(1), "How often it is asked; most meters send a telegram each second."),
            Token = section.SecretText("token", "Token that the device asks for (HomeWizard's API v2); sent as Authorization: Bearer.", "0123456789ABCDEF0123456789ABCDEF"),
            CaFile = section.Text(
                "ca_file", standard.CaFile, "PEM file of the authority that signed the device's certificate; empty: the system's authorities.", TextRule.Any),
            CertificateName = section.Text(
                "certificate_name", standard.CertificateName, "Name in the device's certificate where it is not the host; HomeWizard: appliance/p1dongle/SERIAL."),
        };
        CheckHttp(section, settings, source);
        return settings;
    }

    static void CheckHttp(OptionsReader section, HttpSettings settings, SourceOptions? source)
    {
        if (settings.CaFile.Length > 0 && ProblemOfCertificates(settings.CaFile) is { } problem) section.Refuse("ca_file", problem);
        if (settings.Token.IsSet && settings.Token.Reveal().Any(static letter => letter is <= ' ' or > '~'))
            section.Refuse(section.IsDefault("token") ? "token_file" : "token", "holds blanks or letters that no token has (not shown)");
        var http = source as HttpSourceOptions;
        foreach (var key in (string[])["interval", "token", "token_file", "ca_file", "certificate_name"])
        {
            if (http is null && !section.IsDefault(key)) section.Warn(key, "used only with a source http:// or https://");
            else if (http is { IsEncrypted: false } && key is "ca_file" or "certificate_name" && !section.IsDefault(key)) section.Warn(key, "used only with https://");
        }
        if (http is { IsEncrypted: false } && settings.Token.IsSet) section.Warn("token", "with http:// anyone on the network can read it; use https://");
    }

    static BrokerLogin Broker(OptionsReader section, SourceOptions? source)
    {
        var login = new BrokerLogin
        {
            User = section.Text("user", "", "User name; empty: none."),
            Password = section.SecretText("password", "Password of the user."),
            Tls = section.Section("tls", "Encryption.", Tls),
        };
        if (source is MqttSourceOptions { Host: not null }) return login;
        foreach (var key in (string[])["user", "password", "password_file"])
        {
            if (!section.IsDefault(key)) section.Warn(key, "used only with a source mqtt://host/topic");
        }
        return login;
    }

    static MqttOptions? SourceBroker(MeterOptions meter, MqttOptions configured) => meter.Source switch
    {
        MqttSourceOptions { Host: null } => configured,
        MqttSourceOptions { Host: { } host } source => new MqttOptions
        {
            Host = host,
            Port = source.Port ?? (meter.Broker.Tls.Enabled ? TlsPort : PlainPort),
            User = meter.Broker.User,
            Password = meter.Broker.Password,
            Tls = meter.Broker.Tls,
            // Only to tell its connections from others' on that broker.
            BaseTopic = configured.BaseTopic,
        },
        _ => null,
    };
}
