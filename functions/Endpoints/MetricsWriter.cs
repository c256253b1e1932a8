using System.Globalization;
using System.Text;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Writes figures in Prometheus' text format, version 0.0.4.</summary>
internal sealed class MetricsWriter
{
    private readonly StringBuilder _text = new();

    public void Head(string name, string type, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public void Line(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    public void Histogram(string name, double[] bounds, IReadOnlyList<long> sums, double total)
    {
        for (var i = 0; i < bounds.Length; i++)
            Line(name + "_bucket", $"le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", sums[i]);
        Line(name + "_bucket", "le=\"+Inf\"", sums[^1]);
        Line(name + "_sum", "", total);
        Line(name + "_count", "", sums[^1]);
    }

    public static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    public static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    public override string ToString() => _text.ToString();
}
