using System.Globalization;
using System.Text;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>Draws demand, which is what the optimum has ready, against what a contender has ready.</summary>
internal static class Chart
{
    private const int Width = 1200, RowHeight = 150, Top = 40, Left = 170, Right = 20;

    public static string Draw(TraceReport report)
    {
        var rows = report.Outcomes;
        var height = Top + (rows.Count * RowHeight) + 30;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"13\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"24\" font-size=\"16\">{report.Workload.Name}: ready instances over {report.Days:0.0} days. <tspan fill=\"#888\">grey: optimum,</tspan> <tspan fill=\"#06c\">blue: the contender</tspan></text>");
        for (var row = 0; row < rows.Count; row++)
            DrawRow(svg, report, row);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawRow(StringBuilder svg, TraceReport report, int row)
    {
        var outcome = report.Outcomes[row];
        var demand = report.Optimum.Ready;
        // A contender far above the demand is cut off, so that the demand can still be seen.
        var highest = Math.Min(3 * demand.Max(), Math.Max(demand.Max(), outcome.Ready.Max()));
        var bottom = Top + ((row + 1) * RowHeight) - 10;
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"{bottom - 80}\">{outcome.Contender}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"{bottom - 60}\" fill=\"#666\">+{report.Over(outcome):0.0} %, late {report.Late(outcome):0.00} %</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{bottom - RowHeight + 30}\" text-anchor=\"end\" fill=\"#666\">{highest}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{bottom}\" x2=\"{Width - Right}\" y2=\"{bottom}\" stroke=\"#ccc\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"{Path(demand, highest, bottom)}V{bottom}H{Left}Z\" fill=\"#ddd\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"{Path(outcome.Ready, highest, bottom)}\" fill=\"none\" stroke=\"#06c\"/>");
    }

    private static string Path(int[] curve, int highest, int bottom)
    {
        var path = new StringBuilder();
        double X(int step) => Left + ((Width - Left - Right) * step / (double)curve.Length);
        double Y(int value) => bottom - ((RowHeight - 30) * Math.Min(value, highest) / (double)highest);
        path.Append(CultureInfo.InvariantCulture, $"M{Left},{Y(curve[0]):0.#}");
        for (var step = 1; step < curve.Length; step++)
        {
            if (curve[step] != curve[step - 1])
                path.Append(CultureInfo.InvariantCulture, $"H{X(step):0.#}V{Y(curve[step]):0.#}");
        }

        return path.Append(CultureInfo.InvariantCulture, $"H{X(curve.Length):0.#}").ToString();
    }
}
