using System.CommandLine;
using P1Bridge.Cli;
using P1Bridge.Cli.Messaging;
using P1Bridge.Configuration;

HomeFolder.Ensure();
Terminal.WriteUtf8();
StandardOutput.Watch();
var root = new RootCommand("P1Bridge: from the P1 port of a smart meter to MQTT and Home Assistant")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    DecodeCommand.Create(),
    RecordCommand.Create(),
    ReplayCommand.Create(),
    AnonymiseCommand.Create(),
    DiscoveryCommand.Create(),
    GenerateOpenHabCommand.Create(),
    GenerateCommand.Create(),
    GenerateCommand.CreateDashboard(),
    CheckConfigCommand.Create(),
    DoctorCommand.Create(),
    MqttCommand.Create(),
};

var parsed = root.Parse(MqttCommand.Spell(args, root));
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine(UsageMessage.Of(parsed));
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
catch (IOException exception) when (StandardOutput.IsBrokenPipe(exception))
{
    return StandardOutput.ExitCodeOfBrokenPipe;
}
catch (IOException exception)
{
    Console.Error.WriteLine($"p1bridge: {exception.Message}");
    return ExitCodes.Failed;
}
