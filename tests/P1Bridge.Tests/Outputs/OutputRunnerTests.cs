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
        var runner = new OutputRunner([output], TimeProvider.System, NullLogger.Instance);
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
    public async Task An_output_that_records_gets_every_update_in_order()
    {
        var output = new CollectingOutput { WantsAll = true };
        var runner = new OutputRunner([output], TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);
        output.Release(5);

        for (var i = 0; i < 5; i++) runner.Post(Snapshot("a", i));

        for (var i = 0; i < 5; i++)
            Assert.Equivalent(Snapshot("a", i), await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline));
        Assert.Equal((0, 0), (runner.Overtaken, runner.Dropped));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    [Fact]
    public void What_waits_for_an_output_that_records_has_a_bound_and_what_is_lost_is_counted()
    {
        var runner = new OutputRunner([new CollectingOutput { WantsAll = true }], TimeProvider.System, NullLogger.Instance);

        for (var i = 0; i < OutputRunner.MostWaiting + 3; i++) runner.Post(new MeterSilence("a"));

        Assert.Equal(3, runner.Dropped);
    }

    [Fact]
    public void What_still_waits_at_the_end_is_told()
    {
        var log = new KeptLog();
        var runner = new OutputRunner([new CollectingOutput { WantsAll = true }], TimeProvider.System, log);

        runner.TellLost();
        Assert.Empty(log.Lines);
        for (var i = 0; i < 7; i++) runner.Post(new MeterSilence("a"));
        runner.TellLost();

        Assert.Contains("7 telegram(s)", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_output_is_tried_again_with_the_newest_update_and_says_why()
    {
        var time = new TestTimeProvider();
        var output = new CollectingOutput { Failures = 1 };
        var runner = new OutputRunner([output], time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);
        output.Release(10);

        runner.Post(Snapshot("a", 1));
        await output.Begun.ReadAsync(stop.Token).AsTask().WaitAsync(Deadline);
        await UntilAsync(() => runner.Outputs[0].Fault is not null);
        Assert.Equal("the disk is full", runner.Outputs[0].Fault);
        runner.Post(Snapshot("a", 2));

        // The runner may set its timer a moment after it noted the fault.
        var retry = output.Begun.ReadAsync(stop.Token).AsTask();
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return retry.IsCompleted;
        });

        Assert.Equivalent(Snapshot("a", 2), await retry);
        await UntilAsync(() => runner.Outputs[0].Fault is null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_time_out_of_an_output_is_a_fault_and_not_the_end()
    {
        var output = new CollectingOutput { Failures = 1, Failure = new TaskCanceledException("no answer") };
        var runner = new OutputRunner([output], TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);
        output.Release(10);
        runner.Post(Snapshot("a", 1));

        await UntilAsync(() => runner.Outputs[0].Fault == "no answer");
        await UntilAsync(() => runner.Outputs[0].Fault is null);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    [Fact]
    public async Task In_an_order_the_second_output_gets_an_update_after_the_first()
    {
        var written = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var runner = new OutputRunner([new NotingOutput("first", written), new NotingOutput("second", written)], TimeProvider.System, NullLogger.Instance);
        var running = runner.RunAsync(stop.Token);

        foreach (var identity in (string[])["A", "B"])
        {
            var count = written.Count;
            runner.Post(Some.Snapshot(Some.Device("", identity)));
            await UntilAsync(() => written.Count == count + 2);
        }

        Assert.Equal(["first A", "second A", "first B", "second B"], written);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Deadline));
    }

    [Fact]
    public async Task While_the_first_output_fails_the_second_gets_all_but_the_meters_that_took_over_a_name()
    {
        var time = new TestTimeProvider();
        var written = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var first = new NotingOutput("first", written);
        using var stop = new CancellationTokenSource();
        var runner = new OutputRunner([first, new NotingOutput("second", written)], time, NullLogger.Instance);
        var running = runner.RunAsync(stop.Token);
        runner.Post(Some.Snapshot(Some.Device("", "A"), Some.Device("gas", "G")));
        await UntilAsync(() => written.Count == 2);

        first.IsBroken = true;
        runner.Post(Some.Snapshot(Some.Device("", "A"), Some.Device("gas", "H"), Some.Device("water", "W"), Some.Device("gas_2", "K") with { Predecessor = "L" }));
        await UntilAsync(() => written.Count == 3);
        Assert.Equal("second A W", written.Last());

        first.IsBroken = false;
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return written.Count >= 5;
        });
        Assert.Equal(["first A H W K", "second A H W K"], written.Skip(3).Take(2));
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

        public bool WantsAll { get; init; }

        public int Failures { get; set; }

        public Exception Failure { get; init; } = new IOException("the disk is full");

        public ChannelReader<MeterUpdate> Begun => _begun.Reader;

        public void Release(int times)
        {
            while (times-- > 0) _releases.Writer.TryWrite(true);
        }

        public async ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
        {
            _begun.Writer.TryWrite(update);
            await _releases.Reader.ReadAsync(cancellation);
            if (Failures-- > 0) throw Failure;
        }
    }

    /// <summary>Notes which meters it was given.</summary>
    sealed class NotingOutput(string name, System.Collections.Concurrent.ConcurrentQueue<string> written) : IOutput
    {
        public string Name => name;

        public bool IsBroken { get; set; }

        public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
        {
            if (IsBroken) throw new IOException("broken");
            written.Enqueue($"{name} {string.Join(' ', ((MeterSnapshot)update).Devices.Select(static device => device.Identity))}");
            return ValueTask.CompletedTask;
        }
    }
}
