using System.Text;

namespace SqlEngine.Options;

/// <summary>Reads <c>--flag value</c> and <c>--flag=value</c>.</summary>
internal static class ArgumentParser
{
    /// <summary>The text of <c>--help</c>.</summary>
    public static string Help { get; } = DescribeFlags();

    public static ParsedArguments Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Any(argument => argument is "--help" or "-h"))
            return new(WantsHelp: true);

        var options = new EngineOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = Cut(arguments[index]);
            if (Flags.All.FirstOrDefault(known => known.Name == name) is not { } flag)
                return new(Error: $"unknown option '{name}'; --help lists the known ones");

            if (flag.IsSwitch && value is not null)
                return new(Error: $"{name} has no value");
            value ??= flag.IsSwitch ? "" : ++index < arguments.Count ? arguments[index] : null;
            if (value is null)
                return new(Error: $"{name} needs a value: {flag.Wants}");
            if (flag.Apply(options, value) is not { } applied)
                return new(Error: $"{name} wants {flag.Wants}, not '{value}'");
            options = applied;
        }

        return (PostgresFlags.Check(options) ?? SchemaFlags.Check(options)) is { } fault ? new(Error: fault) : new(options);
    }

    private static (string Name, string? Value) Cut(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static string DescribeFlags()
    {
        var help = new StringBuilder("usage: sql-engine [options]\n\nA small engine that runs SQL scripts over HTTP on SQLite or PostgreSQL.\n\n");
        foreach (var flag in Flags.All)
            help.Append("  ").Append(flag.Name.PadRight(24)).Append(flag.Meaning).Append('\n');
        return help.Append("  --help                  this text\n").ToString();
    }
}
