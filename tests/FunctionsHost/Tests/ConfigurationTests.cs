using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Timers;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TestRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Read_PublishedRoot_GivesFunctionsAndSettings()
    {
        _root.Orchestrator("Flow").Activity("Charge").Forwarded("Orders", "orders/{id}");
        Directory.CreateDirectory(Path.Combine(_root.Folder, "notes"));

        var host = ConfigurationReader.Read(_root.Write());

        Assert.Equal(["Charge", "Flow", "Orders"], host.Functions.Select(function => function.Name));
        Assert.Equal(Path.Combine(_root.Folder, "handler"), host.Executable);
        Assert.Equal("api", host.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(5), host.FunctionTimeout);
        Assert.True(host.ForwardsRequests);
        Assert.False(host.ProxiesRequests);
        Assert.True(host.Functions[2].IsPureHttp);
    }

    [Fact]
    public void Read_UnlimitedTimeout_GivesNone()
    {
        _root.Host["functionTimeout"] = "-1";

        Assert.Null(ConfigurationReader.Read(_root.Write()).FunctionTimeout);
    }

    [Theory]
    [InlineData("customHandler", "customHandler is missing")]
    [InlineData("version", "version must be")]
    [InlineData("extensionBundle", "need an extensionBundle")]
    public void Read_MissingPart_IsAFault(string part, string fault)
    {
        _root.Orchestrator("Flow").Host.Remove(part);

        Assert.Contains(fault, Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyExecutable_IsAFault()
    {
        _root.Host["customHandler"]!["description"]!["defaultExecutablePath"] = "";

        Assert.Contains("defaultExecutablePath must not be empty", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileThatMayNotBeRun_IsAFault()
    {
        _root.Executable("#!/bin/sh\n", isExecutable: false);

        Assert.Contains("is not executable", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownBinding_IsAFault()
    {
        _root.Function("Odd", TestRoot.Bindings("""[{"type":"mysteryTrigger","direction":"in","name":"what"}]"""));

        Assert.Contains("mysteryTrigger is not registered", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameRouteTwice_IsAFault()
    {
        _root.Forwarded("One", "orders").Forwarded("Two", "Orders/");

        Assert.Contains("Two: its route conflicts with the route of One", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RouteOfTheHostItself_IsAFault()
    {
        _root.Forwarded("One", "runtime/x").Host["extensions"]!["http"] = new JObject { ["routePrefix"] = "" };

        Assert.Contains("conflicts with routes of the host", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ExtendedSessions_IsAFault()
    {
        _root.Host["extensions"]!["durableTask"]!["extendedSessionsEnabled"] = true;

        Assert.Contains("extendedSessionsEnabled", Fault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/15 * * * * *", "2026-01-01T00:00:07Z", "2026-01-01T00:00:15Z")]
    [InlineData("0 */5 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z")]
    [InlineData("0 0 3 * * 1-5", "2026-01-02T04:00:00Z", "2026-01-05T03:00:00Z")]
    [InlineData("30 0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:30Z")]
    public void After_Schedule_GivesNextTime(string schedule, string time, string next)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;

        Assert.Equal(DateTimeOffset.Parse(next, culture), CronSchedule.Parse(schedule)!.After(DateTimeOffset.Parse(time, culture)));
    }

    private string Fault() => Assert.Throws<HostConfigurationException>(() => ConfigurationReader.Read(_root.Write())).Message;
}
