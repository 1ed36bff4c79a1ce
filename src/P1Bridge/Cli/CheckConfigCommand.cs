using System.CommandLine;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge check-config</c>: validates and prints what holds, secrets masked.</summary>
static class CheckConfigCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var command = new Command("check-config", "Check the configuration and print what is in effect, secrets masked");
        arguments.AddTo(command);
        command.SetAction(result =>
        {
            var loaded = arguments.Load(result);
            CatalogueLoader.Load();
            EffectiveConfiguration.Write(loaded, Console.Out);
            foreach (var warning in loaded.Warnings)
                Console.Error.WriteLine($"warning: {warning}");
            Console.Error.WriteLine("p1bridge: the configuration is good.");
            return ExitCodes.Done;
        });
        return command;
    }
}
