namespace ControlPlane.Core.Storage;

/// <summary>Which partition and row keys every store can hold and give back as they were.</summary>
public static class EntityKey
{
    /// <summary>The longest key, in UTF-16 characters. Source: half of the 1 KiB that Azure Table Storage allows, since escaping may double it.</summary>
    public const int MaxLength = 256;

    /// <summary>Whether a row can have this key: at most <see cref="MaxLength"/> characters of text, none of them NUL.</summary>
    public static bool IsStorable(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length <= MaxLength && !key.Contains('\0') && WellFormedText.Is(key);
    }

    /// <exception cref="ArgumentException">The key is longer than 256 characters, holds NUL, or half of a surrogate pair.</exception>
    public static void ThrowIfNotStorable(string key)
    {
        if (!IsStorable(key))
            throw new ArgumentException($"A key is text of at most {MaxLength} characters, without NUL and halves of surrogate pairs; this one has {key.Length}.", nameof(key));
    }
}
