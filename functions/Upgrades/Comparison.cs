using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Original and copy, described at the same time.</summary>
internal static class Comparison
{
    private const int MostTablesNamed = 200;

    /// <summary>Describes both, each with its own workers.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="known">Tables that need not be looked at again.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<(DatabaseManifest Original, DatabaseManifest Copy)> RunAsync(
        Scene scene, IReadOnlyCollection<string> known, CancellationToken cancellation)
    {
        var order = new DescribeOrder(scene.Terms.Workers, known);
        var original = scene.Server.DescribeAsync(scene.FromDatabase, order, cancellation);
        var copy = scene.Server.DescribeAsync(scene.ToDatabase, order, cancellation);
        await Task.WhenAll(original, copy);
        return (await original, await copy);
    }

    /// <summary>What was compared, for the report.</summary>
    /// <param name="manifest">The original's.</param>
    /// <param name="known">How many tables were compared before.</param>
    public static IReadOnlyList<Finding> Describe(DatabaseManifest manifest, int known) =>
    [
        Findings.Number("tables", manifest.Tables.Count + known),
        Findings.Number("rows", manifest.Rows),
        Findings.Number("sequences", manifest.Sequences.Count),
        new("definitions", manifest.SchemaHash),
        new("grants", manifest.GrantsHash),
        new("all", HashOf(manifest)),
        .. manifest.Tables.OrderBy(table => table.Key, StringComparer.Ordinal).Take(MostTablesNamed)
            .Select(table => new Finding($"table {table.Key}", table.Value.ToString())),
    ];

    private static string HashOf(DatabaseManifest manifest)
    {
        var text = new StringBuilder();
        foreach (var (name, table) in manifest.Tables.OrderBy(table => table.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name} {table.Rows} {table.Hash}\n");
        foreach (var (name, value) in manifest.Sequences.OrderBy(sequence => sequence.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
        text.Append(manifest.SchemaHash).Append(manifest.GrantsHash);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
