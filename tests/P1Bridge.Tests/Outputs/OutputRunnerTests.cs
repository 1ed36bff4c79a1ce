using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class OutputRunnerTests
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_busy_output_gets_the_latest_update_of_each_meter_only()
    {
        var output = new CollectingOutput();
        var runner = new OutputRunner(output, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);

        runner.Post(new MeterSilence("a"));
        await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline);
        runner.Post(Snapshot("a", 1));
        runner.Post(Snapshot("a", 2));
        runner.Post(Snapshot("b", 3));
        output.Release(3);
        var second = await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline);
        var third = await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline);

        Assert.Equivalent(new[] { Snapshot("a", 2), Snapshot("b", 3) }, new[] { second, third }.OrderBy(static update => update.Name));
        Assert.Equal(1, runner.Overtaken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_failing_output_is_tried_again_with_the_newest_update_and_says_why()
    {
        var time = new TestTimeProvider();
        var output = new CollectingOutput { Failures = 1 };
        var runner = new OutputRunner(output, time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);
        output.Release(10);

        runner.Post(Snapshot("a", 1));
        await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline);
        await UntilAsync(() => runner.Fault is not null);
        Assert.Equal("the disk is full", runner.Fault);
        runner.Post(Snapshot("a", 2));

        // The runner may set its timer a moment after it noted the fault.
        var retry = output.Begun.ReadAsync(stop.Token).AsTask();
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return retry.IsCompleted;
        });

        Assert.Equivalent(Snapshot("a", 2), await retry);
        await UntilAsync(() => runner.Fault is null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (!condition()) await Task.Delay(1, limit.Token);
    }

    static MeterSnapshot Snapshot(string meter, int second) => new(meter, DateTimeOffset.UnixEpoch.AddSeconds(second), null, [], [], []);

    /// <summary>Says what it was given, and finishes when it is told to.</summary>
    sealed class CollectingOutput : IOutput
    {
        readonly Channel<MeterUpdate> _begun = Channel.CreateUnbounded<MeterUpdate>();
        readonly Channel<bool> _releases = Channel.CreateUnbounded<bool>();

        public string Name => "collecting";

        public int Failures { get; set; }

        public ChannelReader<MeterUpdate> Begun => _begun.Reader;

        public void Release(int times)
        {
            while (times-- > 0) _releases.Writer.TryWrite(true);
        }

        public async ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
        {
            _begun.Writer.TryWrite(update);
            await _releases.Reader.ReadAsync(cancellation);
            if (Failures-- > 0) throw new IOException("the disk is full");
        }
    }
}
