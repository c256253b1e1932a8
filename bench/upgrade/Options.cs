using System.Globalization;

namespace ControlPlane.Bench.Upgrade;

/// <summary>What the user asked for.</summary>
/// <param name="ControlPlane">The program to measure.</param>
/// <param name="Gigabytes">The size of the database, from 0.01.</param>
/// <param name="Rounds">How often each mode is played, from 1.</param>
internal sealed record Options(string ControlPlane, double Gigabytes, int Rounds)
{
    public const string Usage = "bench/upgrade/run [--size 0.2] [--rounds 2]";

    /// <summary>Null when they cannot be understood.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options("", 0.2, 2);
        for (var index = 0; index + 1 < arguments.Count; index += 2)
        {
            var value = arguments[index + 1];
            var number = double.TryParse(value, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            options = arguments[index] switch
            {
                "--control-plane" => options with { ControlPlane = value },
                "--size" => options with { Gigabytes = number },
                "--rounds" => options with { Rounds = (int)number },
                _ => options with { ControlPlane = "" },
            };
        }

        return arguments.Count % 2 == 0 && File.Exists(options.ControlPlane) && options is { Gigabytes: >= 0.01, Rounds: >= 1 } ? options : null;
    }
}
