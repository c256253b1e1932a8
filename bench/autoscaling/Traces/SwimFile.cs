using System.Globalization;

namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>SWIM: job, submit second, gap, input, shuffle and output bytes, tab separated.</summary>
internal static class SwimFile
{
    public static bool Recognises(string firstLine) => firstLine.Split('\t').Length == 6;

    public static IReadOnlyList<(double Second, double Bytes)> Read(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Split('\t')).Where(fields => fields.Length == 6)
            .Select(fields => (Number(fields[1]), Number(fields[3]) + Number(fields[4]) + Number(fields[5])))
            .OrderBy(job => job.Item1)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
