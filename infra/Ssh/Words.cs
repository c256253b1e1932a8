using System.Globalization;
using System.Text;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// Fields of a call as the scripts decode them: <c>=</c>, then <c>\0</c> and three octal digits for each byte. Such a word
/// holds no character that means anything to a shell within quotes, so a field cannot become part of a script.
/// The scripts decode it with <c>printf '%b'</c>; source: POSIX.1-2017, printf.
/// </summary>
internal static class Words
{
    /// <summary>Stands for the instance's data folder, which only its machine knows.</summary>
    public const char DataFolder = 'D';

    /// <summary>Stands for the file that the machine finds for the main jar.</summary>
    public const char MainJar = 'J';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The word of one field.</summary>
    /// <exception cref="ArgumentException">The field holds a NUL, which no process can be given, or half a character.</exception>
    public static string Of(string field) => "=" + Bytes(field);

    /// <summary>The bytes of a text without the mark of a word, to put words together from.</summary>
    public static string Bytes(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A NUL character cannot be handed to a process.", nameof(text));
        var word = new StringBuilder();
        foreach (var value in Strict.GetBytes(text))
            word.Append("\\0").Append(Convert.ToString(value, 8).PadLeft(3, '0'));
        return word.ToString();
    }

    /// <summary>The word of a whole number.</summary>
    public static string Of(int number) => Of(number.ToString(CultureInfo.InvariantCulture));
}
