using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ControlPlane.Functions.Hosting;

/// <summary>Makes options that can be given as a flag or as a <c>CONTROLPLANE_*</c> variable; the flag goes first.</summary>
internal static class Setting
{
    public static Option<string> Text(string flag, string description, string otherwise) => new(flag)
    {
        Description = Describe(flag, description, otherwise),
        DefaultValueFactory = _ => Variable(flag) ?? otherwise,
    };

    public static Option<bool> Switch(string flag, string description) => new(flag)
    {
        Description = Describe(flag, description, ""),
        DefaultValueFactory = _ => Variable(flag) is "1" or "true" or "yes",
    };

    public static Option<T> Number<T>(string flag, string description, T otherwise, T least, T most)
        where T : INumber<T>
    {
        T Parse(string text, Action<string> fail)
        {
            if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                return value;
            fail($"{flag} is \"{text}\". Give a number from {least} to {most}.");
            return otherwise;
        }

        return new Option<T>(flag)
        {
            Description = Describe(flag, description, otherwise.ToString() ?? ""),
            CustomParser = argument => argument.Tokens is [var token] ? Parse(token.Value, argument.AddError) : otherwise,
            DefaultValueFactory = argument => Variable(flag) is { } text ? Parse(text, argument.AddError) : otherwise,
        };
    }

    private static string Describe(string flag, string description, string otherwise) =>
        $"{description}{(otherwise.Length > 0 ? $" Default {otherwise}." : "")} [{VariableName(flag)}]";

    private static string VariableName(string flag) => "CONTROLPLANE_" + flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private static string? Variable(string flag) =>
        Environment.GetEnvironmentVariable(VariableName(flag)) is { Length: > 0 } value ? value : null;
}
