using System.Reflection;
using System.Runtime.CompilerServices;
using ControlPlane.Functions.Hosting;

namespace ControlPlane.Functions.Tests.Architecture;

public sealed class DependencyTests
{
    private const int Most = 5;

    /// <summary>What needs more than that does more than one thing.</summary>
    [Fact]
    public void Classes_TakeAtMostFiveParts()
    {
        var overloaded = typeof(WebHost).Assembly.GetTypes()
            .Where(type => type.IsClass && !IsRecord(type) && !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Where(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Any(constructor => constructor.GetParameters().Length > Most))
            .Select(type => type.Name);

        Assert.Empty(overloaded);
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}
