using Spectre.Console;

namespace Demo.Upgrade;

/// <summary>Shows the upgrade as it goes: a live panel on a terminal, lines elsewhere.</summary>
internal abstract class UpgradeScreen
{
    public static UpgradeScreen Open(Uri url)
    {
        Console.WriteLine($"The demo's control plane: {url}");
        return Console.IsOutputRedirected ? new Lines() : new Panels();
    }

    public abstract void Show(TimeSpan elapsed, UpgradeStory story);

    /// <summary>Leaves what is shown as it is; what comes next stands below.</summary>
    public virtual void Leave()
    {
    }

    private static string Figures(UpgradeStory story) =>
        $"{story.PerSecond:0} requests/s, held {(story.IsHolding ? story.Waiting : 0)}, acknowledged {story.Acknowledged}, "
        + $"in the database {story.InDatabase?.ToString() ?? "?"}, failed {story.Failed}";

    /// <summary>One line for each step that ended, and one every two seconds.</summary>
    private sealed class Lines : UpgradeScreen
    {
        private int _told;
        private double _next;

        public override void Show(TimeSpan elapsed, UpgradeStory story)
        {
            foreach (var step in story.Upgrade?.Steps.Skip(_told).TakeWhile(step => step.Until is not null) ?? [])
            {
                _told++;
                Console.WriteLine($"{elapsed.TotalSeconds,4:0} s  {step.Name} took {step.Length.TotalSeconds:0.00} s");
            }

            if (elapsed.TotalSeconds < _next)
                return;
            _next = elapsed.TotalSeconds + 2;
            Console.WriteLine($"{elapsed.TotalSeconds,4:0} s  {story.Act}; {story.Upgrade?.Last?.Name ?? "no step"}: {Figures(story)}");
        }
    }

    /// <summary>The whole picture, drawn anew in place.</summary>
    private sealed class Panels : UpgradeScreen
    {
        private const int BarWidth = 40;
        private int _height;

        public override void Show(TimeSpan elapsed, UpgradeStory story)
        {
            List<string> lines =
            [
                $"[bold]{elapsed.TotalSeconds,4:0} s   {Markup.Escape(story.Act)}[/]",
                $"writes     {Bar((int)story.PerSecond / 5, '█', "green")} {story.PerSecond:0}/s",
                $"held now   {Bar(story.IsHolding ? story.Waiting : 0, '▒', "yellow")} {(story.IsHolding ? story.Waiting : 0)}",
                $"           acknowledged [bold]{story.Acknowledged}[/]   in the database [bold]{story.InDatabase?.ToString() ?? "?"}[/]   failed [bold]{story.Failed}[/]",
                "",
            ];
            lines.AddRange((story.Upgrade?.Steps ?? []).TakeLast(24).Select(Describe));
            new Block(lines).Draw(ref _height);
        }

        public override void Leave() => _height = 0;

        private static string Bar(int length, char sign, string colour) => $"[{colour}]{new string(sign, Math.Clamp(length, 0, BarWidth))}[/]";

        private static string Describe(StepSeen step)
        {
            var spent = (step.Until ?? TimeProvider.System.GetUtcNow()) - step.Since;
            var line = $"{step.Name,-13} {spent.TotalSeconds,6:0.00} s  {Markup.Escape(step.Note ?? "")}";
            return step.Until is null ? $"[bold yellow]> {line}[/]" : $"  {line}";
        }
    }
}
