using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>What a user says of a machine, before any check.</summary>
public sealed record HostSpec
{
    /// <summary>The key of <see cref="MlsqlConfig"/> that says where the instance serves.</summary>
    public const string PortKey = "streaming.driver.port";

    private const int MaxPathLength = 4096;

    /// <summary>See <see cref="SshHost.Ip"/>; required.</summary>
    public string? Ip { get; init; }

    /// <summary>See <see cref="SshHost.Port"/>; 22 when left out.</summary>
    public int? Port { get; init; }

    /// <summary>See <see cref="SshHost.KeyPath"/>; required for a new slot. It is never shown, so it may be left out when a slot is changed.</summary>
    public string? KeyPath { get; init; }

    /// <summary>See <see cref="SshHost.LoginUser"/>; required.</summary>
    public string? LoginUser { get; init; }

    /// <summary>See <see cref="SshHost.ExecuteUser"/>; the login user when left out.</summary>
    public string? ExecuteUser { get; init; }

    /// <summary>See <see cref="SshHost.SparkHome"/>.</summary>
    public string? SparkHome { get; init; }

    /// <summary>See <see cref="SshHost.MlsqlHome"/>.</summary>
    public string? MlsqlHome { get; init; }

    /// <summary>See <see cref="SshHost.MlsqlConfig"/>; required, with the port at which the instance serves.</summary>
    public IReadOnlyDictionary<string, string>? MlsqlConfig { get; init; }

    /// <summary>See <see cref="SshHost.HostKey"/>.</summary>
    public string? HostKey { get; init; }

    /// <summary>
    /// Checks every field by <see cref="SshHostRules"/>. What users give is held to more: nothing that is needed may be
    /// missing, and no text that ends up on the machine has several lines, though none of it reaches a shell.
    /// </summary>
    /// <param name="prefix">What stands before the names of fields in errors.</param>
    /// <param name="slot">The slot's name.</param>
    /// <param name="before">The machine that the slot has had; null when it is new.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public SshHost Validate(string prefix, string slot, SshHost? before, List<FieldError> errors)
    {
        var host = new SshHost
        {
            Name = slot,
            Ip = Ip ?? "",
            Port = Port ?? 22,
            KeyPath = NullIfEmpty(KeyPath) ?? before?.KeyPath ?? "",
            LoginUser = LoginUser ?? "",
            ExecuteUser = NullIfEmpty(ExecuteUser),
            SparkHome = NullIfEmpty(SparkHome),
            MlsqlHome = NullIfEmpty(MlsqlHome),
            MlsqlConfig = MlsqlConfig ?? new Dictionary<string, string>(),
            HostKey = NullIfEmpty(HostKey),
        };
        var faults = SshHostRules.Check(host).Concat(
        [
            .. Fault("sparkHome", FolderFault(host.SparkHome)),
            .. Fault("mlsqlHome", FolderFault(host.MlsqlHome)),
            .. Fault("mlsqlConfig", ConfigFault(MlsqlConfig)),
        ]);
        errors.AddRange(faults.DistinctBy(fault => fault.Field).Select(fault => fault with { Field = prefix + fault.Field }));
        return host;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static IEnumerable<FieldError> Fault(string field, string? message) => message is null ? [] : [new(field, message)];

    private static string? FolderFault(string? path) => path switch
    {
        null => null,
        not ['/', ..] => "is no absolute path. It is on the other machine, so begin it with a slash.",
        _ => path.Any(char.IsControl) || path.Length > MaxPathLength ? $"holds a control character, or has more than {MaxPathLength} characters." : null,
    };

    private static string? ConfigFault(IReadOnlyDictionary<string, string>? config)
    {
        if (config is null)
            return $"is missing. Give a JSON object of strings with {PortKey}, the port at which the instance serves.";
        if (config.Any(pair => pair.Key.Concat(pair.Value ?? "").Any(char.IsControl)))
            return "holds a control character. Give names and values that are text of one line.";
        return config.ContainsKey(PortKey) ? null : $"has no {PortKey}. Add the port at which the instance serves, such as \"9003\".";
    }
}
