using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Sources;

/// <summary>
/// A web address that answers with the meter's last telegram, asked again and again: a HomeWizard P1 meter, or a program that does the
/// same. It is open once an answer came; whether the answer is new is another question (<see cref="TelegramNews"/>).
/// </summary>
sealed class HttpSource(HttpSourceOptions source, HttpSettings settings, Catalogue catalogue, TimeProvider time) : IByteSource
{
    /// <summary>Kept over reopening: a telegram that stands still is not made new by asking over another connection.</summary>
    readonly TelegramNews _news = new(catalogue);

    public string Description => source.ToString();

    public bool EndsForGood => false;

    public string SilenceAdvice => "The device answers, but always with the same telegram: check that it is plugged in to the meter";

    public async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        var page = new TelegramPage(source, settings, time);
        var stream = new HttpPollStream(page, _news, settings.Interval, time);
        try
        {
            await stream.AskAsync(cancellation);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
