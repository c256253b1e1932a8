namespace ControlPlane.Infra.Sqlite;

/// <summary>Which keys come back as they went in.</summary>
internal static class SqliteKey
{
    private const int MaxLength = 256;

    /// <exception cref="ArgumentException">The key is longer than 256 characters, holds NUL, or half of a surrogate pair.</exception>
    public static void ThrowIfNotStorable(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > MaxLength)
            throw new ArgumentException($"A key has at most {MaxLength} characters, this one has {key.Length}.", nameof(key));
        if (key.Contains('\0') || !IsText(key))
            throw new ArgumentException("A key is text without NUL characters and without halves of surrogate pairs.", nameof(key));
    }

    private static bool IsText(string key)
    {
        for (var index = 0; index < key.Length; index++)
        {
            if (!char.IsSurrogate(key[index]))
                continue;
            if (index + 1 == key.Length || !char.IsSurrogatePair(key[index], key[index + 1]))
                return false;
            index++;
        }

        return true;
    }
}
