using P1Bridge.Configuration;
using P1Bridge.Serial;

namespace P1Bridge.Sources;

/// <summary>
/// The P1 cable. The only file that knows the serial port component: another one takes its place by rewriting this file.
/// </summary>
sealed class SerialSource(string device, MeterOptions options) : IByteSource
{
    public string Description => device;

    public bool EndsForGood => false;

    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return ValueTask.FromResult<Stream>(SerialPort.Open(new SerialOptions
            {
                Path = device,
                BaudRate = options.BaudRate,
                Format = options.Format == Configuration.SerialFormat.SevenDataBitsEvenParity ? Serial.SerialFormat.SevenEven1 : Serial.SerialFormat.EightNone1,
                RaiseRequestLines = options.RequestLines,
            }));
        }
        catch (PlatformNotSupportedException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
