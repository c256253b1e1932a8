using System.Text.RegularExpressions;

namespace ControlPlane.FunctionsHost.Worker;

/// <summary>Puts values for <c>%NAME%</c>; one that is not set is left out.</summary>
internal static partial class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        Reference().Replace(text, match => variables.GetValueOrDefault(match.Groups[1].Value, ""));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Reference();
}
