using System.Globalization;

namespace ControlPlane.Bench.Groups;

/// <summary>What the user asked for.</summary>
/// <param name="ControlPlane">The program to measure.</param>
/// <param name="Groups">How many groups, from 1.</param>
/// <param name="Backends">How many backends each has, from 1.</param>
/// <param name="Minutes">How long all measured phases take together, from 0.2.</param>
internal sealed record Options(string ControlPlane, int Groups, int Backends, double Minutes)
{
    public const string Usage = "bench/groups/run [--groups 1000] [--backends 10] [--minutes 1]";

    /// <summary>Null when they cannot be understood.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options("", 1000, 10, 1);
        for (var index = 0; index + 1 < arguments.Count; index += 2)
        {
            var value = arguments[index + 1];
            var number = double.TryParse(value, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            options = arguments[index] switch
            {
                "--control-plane" => options with { ControlPlane = value },
                "--groups" => options with { Groups = (int)number },
                "--backends" => options with { Backends = (int)number },
                "--minutes" => options with { Minutes = number },
                _ => options with { ControlPlane = "" },
            };
        }

        var isUsable = arguments.Count % 2 == 0 && File.Exists(options.ControlPlane);
        return isUsable && options is { Groups: >= 1, Backends: >= 1, Minutes: >= 0.2 } ? options : null;
    }
}
