using System.Reflection;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests;

public class IdentifierCoverageTests
{
    // The managed layer's tests name what they rest upon; the statements themselves are held by the link.
    static List<string> Carried { get; } =
    [
        .. from type in typeof(IdentifierCoverageTests).Assembly.GetTypes()
           where type.Namespace?.EndsWith(".Managed", StringComparison.Ordinal) == false
           from method in type.GetMethods()
           from fact in method.GetCustomAttributes<FactAttribute>()
           from identifier in RequiredIdentifiers.Of(fact.DisplayName ?? "")
           select identifier,
    ];

    [Fact]
    public void Each_required_statement_of_the_standards_has_its_test() =>
        Assert.Equal("", string.Join(" ", RequiredIdentifiers.All.Except(Carried)));

    [Fact]
    public void No_statement_has_two_tests() =>
        Assert.Equal("", string.Join(" ", Carried.GroupBy(identifier => identifier).Where(group => group.Count() > 1).Select(group => group.Key)));
}
