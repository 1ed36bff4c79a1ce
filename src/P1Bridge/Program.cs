using System.CommandLine;
using P1Bridge.Cli;
using P1Bridge.Configuration;

Terminal.WriteUtf8();
var root = new RootCommand("P1Bridge: from the P1 port of a smart meter to MQTT, Home Assistant and openHAB")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    DecodeCommand.Create(),
    RecordCommand.Create(),
    ReplayCommand.Create(),
    AnonymiseCommand.Create(),
    DiscoveryCommand.Create(),
    CheckConfigCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // One line, also where the message lists what is allowed.
    var message = string.Join(' ', DecryptionArguments.WithoutKeys(parsed.Errors[0].Message).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    Console.Error.WriteLine($"p1bridge: {message.TrimEnd('.')}. Try 'p1bridge --help'.");
    return ExitCodes.Usage;
}
try
{
    // Signals are ours: a second one must end the program at once.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception exception) when (exception is ConfigurationException or CatalogueFileException)
{
    Console.Error.WriteLine(exception.Message);
    return ExitCodes.Usage;
}
catch (IOException exception)
{
    Console.Error.WriteLine($"p1bridge: {exception.Message}");
    return ExitCodes.Failed;
}
