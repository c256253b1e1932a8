namespace ControlPlane.Bench.Autoscaling;

/// <summary>What the user asked for.</summary>
/// <param name="Traces">The folder with the traces.</param>
/// <param name="Only">A part of the name of the only trace to play; null means all.</param>
/// <param name="Charts">Where charts are written.</param>
internal sealed record Options(string Traces, string? Only, string Charts)
{
    public const string Usage = "bench/autoscaling/run [--traces DIR] [--only FILE] [--charts DIR]";

    /// <summary>Null when they cannot be understood.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        string? traces = null, only = null, charts = null;
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (index + 1 == arguments.Count)
                return null;
            var value = arguments[index + 1];
            switch (arguments[index])
            {
                case "--traces": traces = value; break;
                case "--only": only = value; break;
                case "--charts": charts = value; break;
                default: return null;
            }
        }

        return traces is null || charts is null || !Directory.Exists(traces) ? null : new(traces, only, charts);
    }
}
