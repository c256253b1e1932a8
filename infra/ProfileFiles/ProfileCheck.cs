using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Core.Json;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.ProfileFiles;

/// <summary>Turns what a file says into a profile, and collects everything that is wrong with it.</summary>
internal sealed partial class ProfileCheck(string file)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public EngineProfile ToProfile(ProfileYaml yaml)
    {
        var expected = Path.GetFileNameWithoutExtension(file);
        if (yaml.Name is not null && yaml.Name != expected)
            Fault("name", $"is \"{yaml.Name}\", but the file's name says \"{expected}\". Make them the same, or leave it out.");
        var defaults = new EngineProfile { Name = expected };
        return defaults with
        {
            Description = yaml.Description ?? "",
            Version = string.IsNullOrWhiteSpace(yaml.Version) ? null : yaml.Version,
            MaxJobs = Whole("maxJobs", yaml.MaxJobs, 1, 100_000, defaults.MaxJobs),
            Health = ToHealth(yaml.Health ?? new(), defaults.Health),
            Load = yaml.Load is { } load ? ToLoad(load) : null,
            Drain = yaml.Drain is { } drain ? ToDrain(drain) : null,
            Requests = ToRequests(yaml.Requests ?? new(), defaults.Requests),
            Reads = yaml.Reads is { } reads ? ToReads(reads) : null,
            Local = yaml.Local is { } local ? ToLocal(local) : null,
            Ssh = yaml.Ssh is { } ssh ? ToSsh(ssh) : null,
            Migration = ToMigration(yaml.Migration ?? new(), defaults.Migration),
        };
    }

    private HealthCheck ToHealth(ProfileYaml.HealthYaml yaml, HealthCheck defaults) => new()
    {
        Path = yaml.Path is null ? null : PathOf("health.path", yaml.Path),
        Interval = Seconds("health.intervalSeconds", yaml.IntervalSeconds, 0.1, 3600, defaults.Interval),
        Timeout = Seconds("health.timeoutSeconds", yaml.TimeoutSeconds, 0.05, 60, defaults.Timeout),
        Rise = Whole("health.rise", yaml.Rise, 1, 100, defaults.Rise),
        Fall = Whole("health.fall", yaml.Fall, 1, 100, defaults.Fall),
    };

    private LoadReport ToLoad(ProfileYaml.LoadYaml yaml)
    {
        if (yaml.VersionPointer is { } pointer && !JsonPointer.IsWellFormed(pointer))
            Fault("load.versionPointer", "must be a JSON pointer, such as /version.");
        var defaults = new LoadReport { Path = PathOf("load.path", yaml.Path) };
        return defaults with
        {
            Interval = Seconds("load.intervalSeconds", yaml.IntervalSeconds, 0.1, 3600, defaults.Interval),
            Timeout = Seconds("load.timeoutSeconds", yaml.TimeoutSeconds, 0.05, 60, defaults.Timeout),
            StaleAfter = Seconds("load.staleAfterSeconds", yaml.StaleAfterSeconds, 0.1, 86_400, defaults.StaleAfter),
            VersionPointer = yaml.VersionPointer,
        };
    }

    private DrainCalls ToDrain(ProfileYaml.DrainYaml yaml) => new()
    {
        Begin = PathOf("drain.begin", yaml.Begin),
        Cancel = yaml.Cancel is null ? null : PathOf("drain.cancel", yaml.Cancel),
    };

    private RequestLimits ToRequests(ProfileYaml.RequestsYaml yaml, RequestLimits defaults) => new()
    {
        ConnectTimeout = Seconds("requests.connectTimeoutSeconds", yaml.ConnectTimeoutSeconds, 0.05, 600, defaults.ConnectTimeout),
        ResponseTimeout = Seconds("requests.responseTimeoutSeconds", yaml.ResponseTimeoutSeconds, 0.1, 7 * 86_400, defaults.ResponseTimeout),
    };

    private ReadRules ToReads(ProfileYaml.ReadsYaml yaml)
    {
        var (hasParameter, hasPrefixes) = (!string.IsNullOrWhiteSpace(yaml.Parameter), yaml.Prefixes is { Count: > 0 });
        if (!hasParameter && !hasPrefixes && yaml.Methods is not { Count: > 0 })
            Fault("reads", "says nothing. Give methods, or a parameter and prefixes, or leave it out.");
        if (hasParameter != hasPrefixes)
            Fault(hasPrefixes ? "reads.parameter" : "reads.prefixes", "is missing. Give both, such as parameter: sql and prefixes: [select].");
        return new()
        {
            Methods = WordsOf("reads.methods", yaml.Methods, "GET"),
            Parameter = yaml.Parameter,
            Prefixes = WordsOf("reads.prefixes", yaml.Prefixes, "select"),
        };
    }

    private List<string> WordsOf(string field, List<string>? words, string example)
    {
        if (words?.Exists(word => string.IsNullOrEmpty(word) || !word.All(char.IsAsciiLetter)) == true)
            Fault(field, $"must be a list of words of the letters A to Z, such as [{example}].");
        return words ?? [];
    }

    private LocalStart ToLocal(ProfileYaml.LocalYaml yaml)
    {
        var defaults = new LocalStart { Command = CommandOf("local.command", yaml.Command) };
        return defaults with
        {
            Environment = Texts("local.environment", yaml.Environment),
            BootDeadline = Seconds("local.bootDeadlineSeconds", yaml.BootDeadlineSeconds, 1, 6 * 3600, defaults.BootDeadline),
            StopGrace = Seconds("local.stopGraceSeconds", yaml.StopGraceSeconds, 0, 3600, defaults.StopGrace),
        };
    }

    private SshStart ToSsh(ProfileYaml.SshYaml yaml)
    {
        CheckMainJar(yaml);
        foreach (var name in (yaml.Environment ?? []).Keys.Where(name => !VariableName().IsMatch(name)))
            Fault("ssh.environment", $"has the name \"{name}\". Use letters, digits and _, and begin neither with a digit nor with cp_.");
        if (yaml.MlsqlConfig?.ContainsKey("") == true)
            Fault("ssh.mlsqlConfig", "has an empty key.");
        var defaults = new SshStart { Command = CommandOf("ssh.command", yaml.Command) };
        return defaults with
        {
            Environment = Texts("ssh.environment", yaml.Environment),
            MlsqlConfig = WithoutSecrets("ssh.mlsqlConfig", Texts("ssh.mlsqlConfig", yaml.MlsqlConfig)),
            MainJar = yaml.MainJar,
            Port = yaml.Port is null ? null : Whole("ssh.port", yaml.Port, 1, ushort.MaxValue, 0),
            BootDeadline = Seconds("ssh.bootDeadlineSeconds", yaml.BootDeadlineSeconds, 1, 6 * 3600, defaults.BootDeadline),
            StopGrace = Seconds("ssh.stopGraceSeconds", yaml.StopGraceSeconds, 0, 3600, defaults.StopGrace),
        };
    }

    private Migration ToMigration(ProfileYaml.MigrationYaml yaml, Migration defaults) => new()
    {
        Command = yaml.Command is null ? null : CommandOf("migration.command", yaml.Command),
        Deadline = Seconds("migration.deadlineSeconds", yaml.DeadlineSeconds, 1, 86_400, defaults.Deadline),
        CanPreview = yaml.Preview ?? defaults.CanPreview,
    };

    private void CheckMainJar(ProfileYaml.SshYaml yaml)
    {
        if (yaml.MainJar is { } jar && !FileOnAMachine().IsMatch(jar))
            Fault("ssh.mainJar", $"is \"{jar}\". Give a full path whose last part holds only letters, digits, and the characters . _ - *, such as ${{mlsqlHome}}/main/*.jar.");
        if (yaml.MainJar is null && yaml.Command?.Exists(element => element?.Contains("${mainJar}", StringComparison.Ordinal) == true) == true)
            Fault("ssh.mainJar", "is missing, and the command has ${mainJar}.");
    }

    /// <summary>A key with nothing behind it reads as null.</summary>
    private Dictionary<string, string> Texts(string field, Dictionary<string, string>? values)
    {
        foreach (var (key, _) in (values ?? []).Where(pair => pair.Value is null))
            Fault(field, $"has no value for {key}.");
        CheckNames(field, (values ?? []).Values);
        return values ?? [];
    }

    private Dictionary<string, string> WithoutSecrets(string field, Dictionary<string, string> values)
    {
        CheckSecrets(field, values.Values);
        return values;
    }

    private void CheckSecrets(string field, IEnumerable<string?> texts)
    {
        foreach (var secret in NamesIn(texts).Intersect(Placeholder.Secrets, StringComparer.Ordinal))
            Fault(field, $"has ${{{secret}}}. Put it into the environment: other users of the machine can read command lines.");
    }

    /// <summary>A placeholder that nobody knows stays as it is, so that a slip in a name would become a part of a password.</summary>
    private void CheckNames(string field, IEnumerable<string?> texts)
    {
        var known = string.Join(", ", Placeholder.OfDatabase);
        foreach (var name in NamesIn(texts).Where(name => name.StartsWith(Placeholder.DatabasePrefix, StringComparison.Ordinal)).Except(Placeholder.OfDatabase, StringComparer.Ordinal))
            Fault(field, $"has ${{{name}}}. There are {known}.");
    }

    private static IEnumerable<string> NamesIn(IEnumerable<string?> texts) =>
        texts.SelectMany(text => Placeholder.NamesIn(text ?? "")).Distinct(StringComparer.Ordinal);

    private List<string> CommandOf(string field, List<string>? command)
    {
        if (command is not { Count: > 0 } || string.IsNullOrWhiteSpace(command[0]))
            Fault(field, "is missing. Give a list: the program, then each argument.");
        CheckNames(field, command ?? []);
        CheckSecrets(field, command ?? []);
        return command ?? [];
    }

    private string PathOf(string field, string? value)
    {
        if (value is not ['/', ..] || value.Any(char.IsWhiteSpace))
            Fault(field, "must be a path that begins with a slash, such as /health.");
        return value ?? "";
    }

    private TimeSpan Seconds(string field, double? value, double least, double most, TimeSpan otherwise)
    {
        if (value is not { } seconds)
            return otherwise;
        if (seconds >= least && seconds <= most)
            return TimeSpan.FromSeconds(seconds);
        Fault(field, string.Create(CultureInfo.InvariantCulture, $"is {seconds}. Give a number of seconds from {least} to {most}."));
        return otherwise;
    }

    private int Whole(string field, int? value, int least, int most, int otherwise)
    {
        if (value < least || value > most)
            Fault(field, $"is {value}. Give a whole number from {least} to {most}.");
        return value ?? otherwise;
    }

    private void Fault(string field, string message) => _errors.Add($"{file}: {field} {message}");

    [GeneratedRegex(@"\A(/|\$\{(sparkHome|mlsqlHome)\}/)([^*\x00]*/)?[A-Za-z0-9._*-]+\z")]
    private static partial Regex FileOnAMachine();

    // Names with cp_ are those of the script that starts the engine.
    [GeneratedRegex(@"\A(?!cp_)[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
