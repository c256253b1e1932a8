namespace Demo;

/// <summary>What the demo came to.</summary>
internal static class Summary
{
    public static int Print(Load load, Story story, int max)
    {
        Console.WriteLine();
        Console.WriteLine($"{load.Answered} requests answered, {load.Failures.Count} failed; median {load.Percentile(0.5):0} ms, p99 {load.Percentile(0.99):0} ms.");
        Console.WriteLine($"{story.Decisions} decisions, {story.Changes.Count} of them changed the group:");
        foreach (var decision in story.Changes)
            Console.WriteLine($"  {decision.Sequence,3}  {decision.Reason}");
        foreach (var failure in load.Failures.Take(5))
            Console.WriteLine($"  failed: {failure}");

        var grew = Check(story.Most == max, $"the group grew to {story.Most} of {max} instances");
        var shrank = Check(story.IsBackAtMin, $"the group shrank to {story.Now?.Ready ?? 0}");
        var served = Check(load.Failures.Count == 0 && load.Answered > 0, $"{load.Failures.Count} requests failed");
        Console.WriteLine(grew && shrank && served ? "SUCCESS" : "FAILED");
        return grew && shrank && served ? 0 : 1;
    }

    private static bool Check(bool isGood, string what)
    {
        Console.WriteLine($"({(isGood ? "✓" : "x")}) {what}");
        return isGood;
    }
}
