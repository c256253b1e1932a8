using Spectre.Console;

namespace Demo;

/// <summary>Shows the story as it goes: a live panel on a terminal, lines elsewhere.</summary>
internal abstract class Screen
{
    public static Screen Open(Uri url)
    {
        Console.WriteLine($"The demo's control plane: {url}");
        return Console.IsOutputRedirected ? new Lines() : new Panels();
    }

    public abstract void Show(TimeSpan elapsed, Load load, Story story);

    public virtual void Close()
    {
    }

    /// <summary>One line whenever something was decided, and one every five seconds.</summary>
    private sealed class Lines : Screen
    {
        private int _told;
        private double _next;

        public override void Show(TimeSpan elapsed, Load load, Story story)
        {
            for (; _told < story.Changes.Count; _told++)
                Console.WriteLine($"{elapsed.TotalSeconds,4:0} s  decision {story.Changes[_told].Sequence}: {story.Changes[_told].Reason}");
            if (elapsed.TotalSeconds < _next || story.Now is not { } now)
                return;
            _next = elapsed.TotalSeconds + 5;
            Console.WriteLine(
                $"{elapsed.TotalSeconds,4:0} s  clients {load.Clients}, answered {load.Answered}, failed {load.Failures.Count}, "
                + $"running {now.Running}, queued {now.Queued}, instances {now.Ready} ready {now.Starting} starting {now.Leaving} leaving");
        }
    }

    /// <summary>The whole picture, drawn anew in place.</summary>
    private sealed class Panels : Screen
    {
        private const int GraphWidth = 70;
        private int _height;

        public override void Show(TimeSpan elapsed, Load load, Story story)
        {
            if (story.Now is { } now)
                Render(elapsed, load, story, now).Draw(ref _height);
        }

        private static Block Render(TimeSpan elapsed, Load load, Story story, GroupSeen now)
        {
            List<string> lines =
            [
                $"[bold]{elapsed.TotalSeconds,4:0} s[/]   clients {load.Clients}   answered {load.Answered}   failed {load.Failures.Count}   median {load.Percentile(0.5):0} ms   p99 {load.Percentile(0.99):0} ms",
                $"pressure   running {now.Running}   queued {now.Queued}",
                $"instances  [green]{now.Ready} ready[/]   [yellow]{now.Starting} starting   {now.Leaving} leaving[/]",
                "",
            ];
            lines.AddRange(now.Backends.Select(backend => $"  {Markup.Escape(backend.Name),-10} {backend.State,-10} {new string('#', Math.Min(40, backend.Jobs))} {backend.Jobs}"));
            lines.AddRange(Enumerable.Repeat("", Math.Max(0, 4 - now.Backends.Count)));
            lines.AddRange(Graph(story.Ready));
            lines.Add("");
            lines.Add($"[bold]{story.Decisions} decisions[/], the last: {Markup.Escape(story.LastDecision?.Reason ?? "")}");
            lines.AddRange(story.Changes.TakeLast(6).Select(decision => $"  {decision.Sequence,3}  {Markup.Escape(decision.Reason)}"));
            return new Block(lines);
        }

        /// <summary>Instances over time, one row for each instance.</summary>
        private static IEnumerable<string> Graph(IReadOnlyList<int> ready)
        {
            var seen = ready.TakeLast(GraphWidth).ToList();
            for (var level = 3; level >= 1; level--)
                yield return $"  {level} [green]{string.Concat(seen.Select(count => count >= level ? '█' : ' '))}[/]";
        }
    }
}
