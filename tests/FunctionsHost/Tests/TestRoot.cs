using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>A published root made for one test, in a folder of its own.</summary>
internal sealed class TestRoot : IDisposable
{
    private static readonly JArray PureHttp = Bindings("""
        [{"type":"httpTrigger","direction":"in","name":"req","authLevel":"anonymous","route":"ROUTE"},{"type":"http","direction":"out","name":"res"}]
        """);

    private static readonly JArray MixedHttp = Bindings("""
        [{"type":"httpTrigger","direction":"in","name":"req","authLevel":"anonymous","route":"ROUTE"},
         {"type":"durableClient","direction":"in","name":"client"},{"type":"http","direction":"out","name":"res"}]
        """);

    public TestRoot()
    {
        Directory.CreateDirectory(Folder);
        Host = JObject.Parse("""
            {"version":"2.0","functionTimeout":"00:05:00",
             "customHandler":{"description":{"defaultExecutablePath":"handler"},"enableForwardingHttpRequest":true,"initializationTimeout":"00:00:20"},
             "extensionBundle":{"id":"Microsoft.Azure.Functions.ExtensionBundle","version":"[4.*, 5.0.0)"},
             "extensions":{"durableTask":{"hubName":"TestHub"}}}
            """);
        Executable("#!/bin/sh\nsleep 60\n");
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"functions-host-{Guid.NewGuid():N}");

    /// <summary>The host.json, written by <see cref="Write"/>.</summary>
    public JObject Host { get; }

    public static JArray Bindings(string json) => JArray.Parse(json);

    public TestRoot Orchestrator(string name) => Function(name, Bindings("""[{"type":"orchestrationTrigger","direction":"in","name":"orchestration"}]"""));

    public TestRoot Activity(string name, string binding = "inputTrigger") =>
        Function(name, Bindings($$"""[{"type":"activityTrigger","direction":"in","name":"{{binding}}"}]"""));

    public TestRoot Timer(string name, string schedule) =>
        Function(name, Bindings($$"""[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"{{schedule}}"}]"""));

    /// <summary>An HTTP function whose requests are forwarded.</summary>
    public TestRoot Forwarded(string name, string route) => Function(name, WithRoute(PureHttp, route));

    /// <summary>An HTTP function that comes in an envelope.</summary>
    public TestRoot Enveloped(string name, string route) => Function(name, WithRoute(MixedHttp, route));

    public TestRoot Function(string name, JArray bindings)
    {
        Directory.CreateDirectory(Path.Combine(Folder, name));
        File.WriteAllText(Path.Combine(Folder, name, "function.json"), new JObject { ["bindings"] = bindings }.ToString());
        return this;
    }

    public TestRoot Executable(string script, bool isExecutable = true)
    {
        var path = Path.Combine(Folder, "handler");
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isExecutable ? UnixFileMode.UserExecute : 0));
        return this;
    }

    public string Write()
    {
        File.WriteAllText(Path.Combine(Folder, "host.json"), Host.ToString());
        return Folder;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static JArray WithRoute(JArray bindings, string route)
    {
        var copy = (JArray)bindings.DeepClone();
        copy[0]["route"] = route;
        return copy;
    }
}
