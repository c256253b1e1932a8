using System.Globalization;
using System.Net;
using System.Text;

namespace ControlPlane.Core.Backtest;

/// <summary>Draws demand against what each of several had ready, as SVG.</summary>
public static class SupplyChart
{
    private const int Width = 1200, RowHeight = 150, Top = 40, Left = 170, Right = 20;

    /// <summary>Draws it.</summary>
    /// <param name="title">What it shows; any text.</param>
    /// <param name="demandName">What the grey area is.</param>
    /// <param name="demand">The demand, in instances, at evenly spaced moments; at least one.</param>
    /// <param name="rows">Those who supply, each with as many moments.</param>
    public static string Draw(string title, string demandName, IReadOnlyList<double> demand, IReadOnlyList<ChartRow> rows)
    {
        var height = Top + (rows.Count * RowHeight) + 30;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"13\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"24\" font-size=\"16\">{Escape(title)} <tspan fill=\"#888\">grey: {Escape(demandName)},</tspan> <tspan fill=\"#06c\">blue: ready</tspan></text>");
        for (var row = 0; row < rows.Count; row++)
            DrawRow(svg, demand, rows[row], Top + ((row + 1) * RowHeight) - 10);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawRow(StringBuilder svg, IReadOnlyList<double> demand, ChartRow row, int bottom)
    {
        // One that supplies far more than the demand is cut off, so that the demand can still be seen.
        var highest = Math.Max(1, Math.Min(3 * demand.Max(), Math.Max(demand.Max(), row.Supply.Max())));
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"{bottom - 80}\">{Escape(row.Name)}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"{bottom - 60}\" fill=\"#666\">{Escape(row.Note)}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{bottom - RowHeight + 30}\" text-anchor=\"end\" fill=\"#666\">{highest:0.#}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{bottom}\" x2=\"{Width - Right}\" y2=\"{bottom}\" stroke=\"#ccc\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"{Path(demand, highest, bottom)}V{bottom}H{Left}Z\" fill=\"#ddd\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"{Path(row.Supply, highest, bottom)}\" fill=\"none\" stroke=\"#06c\"/>");
    }

    private static string Path(IReadOnlyList<double> curve, double highest, int bottom)
    {
        var path = new StringBuilder();
        double X(int moment) => Left + ((Width - Left - Right) * moment / (double)curve.Count);
        double Y(double value) => bottom - ((RowHeight - 30) * Math.Min(value, highest) / highest);
        path.Append(CultureInfo.InvariantCulture, $"M{Left},{Y(curve[0]):0.#}");
        for (var moment = 1; moment < curve.Count; moment++)
        {
            if (curve[moment] != curve[moment - 1])
                path.Append(CultureInfo.InvariantCulture, $"H{X(moment):0.#}V{Y(curve[moment]):0.#}");
        }

        return path.Append(CultureInfo.InvariantCulture, $"H{X(curve.Count):0.#}").ToString();
    }

    /// <summary>Names are any text, and a browser draws the picture.</summary>
    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>One who supplies.</summary>
/// <param name="Name">Who.</param>
/// <param name="Note">The figures to show beside.</param>
/// <param name="Supply">Ready instances at evenly spaced moments.</param>
public sealed record ChartRow(string Name, string Note, IReadOnlyList<double> Supply);
