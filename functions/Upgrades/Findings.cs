using System.Globalization;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Figures as findings, the same everywhere.</summary>
internal static class Findings
{
    public static Finding Number(string what, long value) => new(what, value.ToString(CultureInfo.InvariantCulture));

    public static Finding Seconds(string what, TimeSpan value) => new(what, value.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
}
