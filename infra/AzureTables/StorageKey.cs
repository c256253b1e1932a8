using System.Text;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Keys as the service can hold them. It forbids / \ # ? and control characters; so each such character, together with
/// the allowed one just before it in code order, is written as that allowed one and a digit. "." becomes ".0" and "/"
/// becomes ".1". Nothing else is touched, so the order of any two keys stays what it was. The characters U+E000 to U+FFFF
/// are treated alike behind U+D7FF: they come before the surrogate pairs in the order of code points (SQLite's) and after
/// them in the order of UTF-16, and now before them in both. % goes the same way, because proxies decode it once too often.
/// A key grows at most to twice its length: 256 characters to 512, the 1 KiB of UTF-16 that the service allows.
/// Source of the rules: learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.
/// </summary>
internal static class StorageKey
{
    private static readonly Run[] Runs =
    [
        new('\0', ' ', ' ', '\u00C0'),
        new('"', '#', '"', '0'),
        new('$', '%', '$', '0'),
        new('.', '/', '.', '0'),
        new('>', '?', '>', '0'),
        new('[', '\\', '[', '0'),
        new('~', '\u009F', '~', '\u00C0'),
        new('\uD7FF', '\uD7FF', '\uD7FF', '\u4E00'),
        new('\uE000', '\uFFFF', '\uD7FF', '\u4E01'),
    ];

    /// <summary>What the service gets. Two keys compare as their escaped forms do.</summary>
    public static string Escape(string key)
    {
        var escaped = new StringBuilder(key.Length);
        foreach (var character in key)
        {
            if (Array.Find(Runs, run => run.First <= character && character <= run.Last) is { } run)
                escaped.Append(run.Lead).Append((char)(run.Zero + character - run.First));
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>The key behind what the service holds.</summary>
    public static string Unescape(string escaped)
    {
        var key = new StringBuilder(escaped.Length);
        for (var index = 0; index < escaped.Length; index++)
        {
            var character = escaped[index];
            var digit = index + 1 < escaped.Length ? escaped[index + 1] : '\0';
            if (Array.Find(Runs, run => run.Lead == character && run.Zero <= digit && digit <= run.Zero + run.Last - run.First) is not { } run)
            {
                key.Append(character);
                continue;
            }

            key.Append((char)(run.First + digit - run.Zero));
            index++;
        }

        return key.ToString();
    }

    /// <summary>Neighbours in code order that are written as a lead and a digit, counted from zero.</summary>
    private sealed record Run(char First, char Last, char Lead, char Zero);
}
