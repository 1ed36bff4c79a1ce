using System.CommandLine;
namespace P1Bridge.Cli;
static class DemoCommand
{
    public static Command Create() => new("demo", "Simulated meter");
}
