using System.CommandLine;
using System.Net;
using P1Bridge.Configuration;
using P1Bridge.Serving;
using P1Bridge.Sources;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge replay</c>: plays a recording to standard output or to TCP clients, for testing other programs.</summary>
static class ReplayCommand
{
    /// <summary>Bytes that may wait for a client before the replay waits for it.</summary>
    const int Ahead = RawClient.MaximumBacklog / 2;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording, or a file with telegrams, which are played one a second" };
        var speed = new Option<string>("--speed") { Description = "How many times faster than recorded; max: as fast as possible", DefaultValueFactory = static _ => "1", HelpName = "N|max" };
        var loop = new Option<bool>("--loop") { Description = "Begin anew at the end, until stopped" };
        var port = WholeNumber.Option(
            "--tcp", null, 0, IPEndPoint.MaxPort, "Play to programs that connect to this port of 127.0.0.1; begins with the first one. 0: any free port", "PORT", "a port from 1 to 65535, or 0 for any");
        var output = new Option<string>("--output", "-o") { Description = "-: standard output, which is the default", HelpName = "-", DefaultValueFactory = static _ => "-" };
        output.AcceptOnlyFromAmong("-");
        speed.Validators.Add(static result =>
        {
            if (result.Implicit) return;
            if (!SourceText.TryReadSpeed(WholeNumber.WordOf(result) ?? "", out _)) result.AddError($"--speed: {SourceText.SpeedRange} or {SourceText.Unlimited}.");
        });
        var command = new Command("replay", "Play a recording as a meter would send it") { file, speed, loop, port, output };
        command.SetAction((result, _) =>
        {
            SourceText.TryReadSpeed(result.GetRequiredValue(speed), out var times);
            return RunAsync(new ReplaySourceOptions(result.GetRequiredValue(file), times, result.GetValue(loop)), result.GetValue(port));
        });
        return command;
    }

    static async Task<int> RunAsync(ReplaySourceOptions options, int? port)
    {
        using var interruption = new Interruption();
        try
        {
            // Opened first, so that a wrong name is noticed before somebody connects.
            var source = new ReplaySource(options, TimeProvider.System);
            await using var stream = await source.OpenAsync(interruption.Token);
            if (port is { } number) await ServeAsync(stream, number, interruption.Token);
            else await PrintAsync(stream, interruption.Token);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
    }

    static async Task PrintAsync(Stream stream, CancellationToken cancellation)
    {
        await using var output = StandardOutput.Open();
        await stream.CopyToAsync(output, cancellation);
    }

    static async Task ServeAsync(Stream stream, int port, CancellationToken cancellation)
    {
        using var logs = Logs.Create(LogThreshold.Information);
        using var server = new RawServer("recording", new IPEndPoint(IPAddress.Loopback, port), TimeProvider.System, logs.CreateLogger("replay"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        server.Bind();
        Console.Error.WriteLine($"Waiting for a program to connect to {server.EndPoint} ...");
        var accepting = server.AcceptAsync(stop.Token);
        while (server.Clients == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            server.Offer(buffer.AsSpan(0, count));
            await server.DrainAsync(Ahead, cancellation);
        }
        await server.DrainAsync(0, cancellation);
        await stop.CancelAsync();
        await accepting.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
