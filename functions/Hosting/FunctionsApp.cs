using System.Net;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Signals;
using ControlPlane.Infra.DatabaseFile;
using ControlPlane.Infra.LocalProcess;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Runs as a custom handler under the Azure Functions host: listens where the host says, keeps its state in Azure Table
/// Storage, and leaves orchestrations to the Durable Functions extension. Source: functions-custom-handler, sections 1 and 10.
/// </summary>
internal static class FunctionsApp
{
    private const string PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT";
    private const string RuntimeVariable = "FUNCTIONS_WORKER_RUNTIME";
    private const string EasyAuthVariable = "CONTROLPLANE_EASYAUTH";
    private const string DatabasesVariable = "CONTROLPLANE_DATABASES";
    private const string TokensVariable = "CONTROLPLANE_SIGNAL_TOKENS";

    /// <summary>Whether the Functions host has started this process.</summary>
    public static bool IsHosted => Environment.GetEnvironmentVariable(PortVariable) is { Length: > 0 };

    /// <summary>Where instances on this machine keep their files unless set: the app's own folder cannot be written to.</summary>
    public static string DataFolder => Path.Combine(Path.GetTempPath(), "controlplane");

    /// <summary>Runs until it is told to stop, and then ends with a code by which the host starts it again when it is needed.</summary>
    public static async Task<int> RunAsync(ControlPlaneOptions options)
    {
        var hosted = Listen(options);
        var storage = StorageSettings.Read();
        var profiles = WebHost.ReadProfiles(hosted);
        var local = new LocalProcessOptions
        {
            Owner = $"functions-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(storage.Account)))[..16]}",
            DataFolder = Path.Combine(Path.GetFullPath(options.DataFolder), "instances"),
            EnginePath = options.EnginePath,
            Slots = options.LocalSlots,
        };

        await using var app = WebHost.Build(WebHost.Prepare(
            hosted, profiles, services => services.AddFunctionsApp(storage.OpenStore(TimeProvider.System), local)));
        await WebHost.StartAsync(app, hosted);
        await app.WaitForShutdownAsync();
        return ExitCodes.RestartMe;
    }

    /// <summary>Nothing but the host, on this machine, may connect; it says who called.</summary>
    private static ControlPlaneOptions Listen(ControlPlaneOptions options)
    {
        var runtime = Environment.GetEnvironmentVariable(RuntimeVariable);
        if (!string.Equals(runtime, "custom", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartException(
                $"{RuntimeVariable} is {(runtime is null ? "not set" : $"\"{runtime}\"")}. It must be \"custom\": with anything else the Durable "
                + "Functions extension speaks another protocol, and every orchestration would fail. Set it in the app's settings.");
        }

        var port = Environment.GetEnvironmentVariable(PortVariable);
        var hosted = options with
        {
            SecretKey = SecretKey.OfSettings(),
            Databases = AppSecret.Read(DatabasesVariable, options.Databases, DatabaseList.Parse),
            SignalTokens = AppSecret.Read(TokensVariable, options.SignalTokens, text => SignalTokens.Parse(text.Split('\n'))),
            Address = IPAddress.Loopback,
            Port = int.TryParse(port, out var number) && number is > 0 and <= 65535
                ? number
                : throw new StartException($"{PortVariable} is \"{port}\", which is no port."),
            CallerCheck = Environment.GetEnvironmentVariable(EasyAuthVariable) is "1" or "true" ? CallerCheck.EasyAuth : CallerCheck.FunctionsHost,
        };
        return hosted.Databases.Count == 0 || hosted.SecretKey.Length > 0 ? hosted : throw new StartException(
            $"There are database servers and no {SecretKey.Variable}, from which the passwords of engines' accounts are derived. Set it to what openssl rand -hex 32 prints.");
    }
}
