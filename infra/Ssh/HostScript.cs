using System.Text;
using System.Text.RegularExpressions;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// What is sent to a machine's shell: one line with the words of the call, and behind it a text that never changes. A shell
/// runs only what it has read whole, and all that this text does is in its last line, so a call that breaks off does nothing.
/// </summary>
internal static partial class HostScript
{
    private static readonly string Constant = Compose();

    /// <summary>The script of a call.</summary>
    /// <param name="words">Its fields, as <see cref="Words"/> makes them.</param>
    public static string Of(IEnumerable<string> words)
    {
        var line = string.Join(' ', words);
        return Harmless().IsMatch(line) ? $"words='{line}'\n{Constant}" : throw new ArgumentException("The words of a call hold what no word may.", nameof(words));
    }

    private static string Compose()
    {
        var words = Read("words.sh");
        var launcher = Quoted("launcher", words + Read("launch.sh"));
        return words + Quoted("program", words + launcher + Read("instance.sh")) + Read("login.sh");
    }

    /// <summary>A function that prints a script.</summary>
    private static string Quoted(string name, string script) => $"{name}() {{\n    cat <<'END_OF_{name}'\n{script}END_OF_{name}\n}}\n";

    private static string Read(string file)
    {
        using var stream = typeof(HostScript).Assembly.GetManifestResourceStream($"Ssh/{file}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\A[=0-7\\DJ ]*\z")]
    private static partial Regex Harmless();
}
