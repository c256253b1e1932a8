using ControlPlane.FunctionsHost.Configuration;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>The product's own host.json and function.json files, as the host reads them.</summary>
public sealed class PublishedRootTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("published-").FullName;

    public PublishedRootTests()
    {
        var published = Path.Combine(AppContext.BaseDirectory, "published");
        File.Copy(Path.Combine(published, "host.json"), Path.Combine(_folder, "host.json"));
        foreach (var function in Directory.GetFiles(published, "function.json", SearchOption.AllDirectories))
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, Path.GetFileName(Path.GetDirectoryName(function)!)));
            File.Copy(function, Path.Combine(folder.FullName, "function.json"));
        }

        File.WriteAllText(Path.Combine(_folder, "controlplane"), "");
        File.SetUnixFileMode(Path.Combine(_folder, "controlplane"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_ProductsOwnFiles_HasNoFaults()
    {
        var host = ConfigurationReader.Read(_folder);

        Assert.True(host.ForwardsRequests && host.ProxiesRequests);
        Assert.Null(host.FunctionTimeout);
        Assert.NotEmpty(host.Triggered("orchestrationTrigger"));
        Assert.Contains(host.Functions, function => function.IsPureHttp);
    }

    [Fact]
    public void Routes_OfOutsiders_NeverBeginWithAFunctionsName()
    {
        var host = ConfigurationReader.Read(_folder);

        var firstSegments = host.Triggered("httpTrigger").Select(function => $"{host.RoutePrefix}/{function.Route}".TrimStart('/').Split('/')[0]).ToList();

        Assert.DoesNotContain(firstSegments, segment => segment.StartsWith('{'));
        Assert.Empty(firstSegments.Intersect(host.Functions.Select(function => function.Name), StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void DurableTriggers_HaveNoReturnBinding()
    {
        var host = ConfigurationReader.Read(_folder);

        var durable = host.Triggered("orchestrationTrigger").Concat(host.Triggered("activityTrigger"));

        Assert.All(durable, function => Assert.DoesNotContain(function.Bindings, binding => binding.Name == "$return"));
    }
}
