namespace Demo.Upgrade;

/// <summary>What the upgrade, or the way back, came to.</summary>
internal static class UpgradeSummary
{
    /// <summary>Whether nothing was lost and nothing failed.</summary>
    public static bool Print(string act, string flip, UpgradeSeen upgrade, IReadOnlyCollection<string> failures, int acknowledged, int lost)
    {
        Console.WriteLine();
        Console.WriteLine(act);
        var isWhole = Check(lost == 0 && acknowledged > 0, $"{acknowledged} writes acknowledged, {lost} lost");
        var isServed = Check(failures.Count == 0, $"{failures.Count} requests failed");
        foreach (var failure in failures.Take(5))
            Console.WriteLine($"      {failure}");
        Console.WriteLine($"    writes were held for {(upgrade.Holds.Count > 0 ? upgrade.Holds[^1] : TimeSpan.Zero).TotalSeconds:0.0} s");
        Console.WriteLine($"    traffic, application and database changed sides in {upgrade.Find(flip)?.Length.TotalMilliseconds:0} ms");
        Console.WriteLine();
        return isWhole && isServed;
    }

    private static bool Check(bool isGood, string what)
    {
        Console.WriteLine($"({(isGood ? "✓" : "x")}) {what}");
        return isGood;
    }
}
