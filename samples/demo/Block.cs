using Spectre.Console;
using Spectre.Console.Rendering;

namespace Demo;

/// <summary>Lines of markup, each cut at the width of the terminal, so that their number is known.</summary>
internal sealed class Block(List<string> lines) : Renderable
{
    /// <summary>Draws it where the one before stands.</summary>
    /// <param name="height">The height of the one before, 0 for none; afterwards its own.</param>
    public void Draw(ref int height)
    {
        if (height > 0)
            Console.Write($"\u001b[{height}A\u001b[J");
        AnsiConsole.Write(this);
        height = lines.Count;
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in lines)
        {
            var text = new Markup(line) { Overflow = Overflow.Ellipsis };
            foreach (var segment in Segment.Truncate(((IRenderable)text).Render(options, 10_000).Where(segment => !segment.IsLineBreak), maxWidth - 1))
                yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
