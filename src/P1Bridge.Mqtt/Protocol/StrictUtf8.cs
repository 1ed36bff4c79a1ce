using System.Text;

namespace P1Bridge.Mqtt.Protocol;

/// <summary>UTF-8 that throws instead of replacing what is ill-formed, and keeps U+FEFF [MQTT-1.5.3-1, 1.5.3-3].</summary>
static class StrictUtf8
{
    public static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
