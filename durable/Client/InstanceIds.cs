namespace ControlPlane.Durable.Client;

/// <summary>
/// Which instance ids are allowed: 1 to 256 characters, not beginning with '@', without '/', '\', '#', '?' and control
/// characters. Source: Durable Functions extension; kept here too so that both hosts take the same ids.
/// </summary>
public static class InstanceIds
{
    /// <summary>The most characters.</summary>
    public const int MaxLength = 256;

    /// <summary>Throws unless the id is allowed.</summary>
    /// <exception cref="ArgumentException">It is not; the message says which rule it breaks.</exception>
    public static void ThrowIfNotAllowed(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var broken = BrokenRule(instanceId);
        if (broken is not null)
            throw new ArgumentException($"An instance id {broken}.", nameof(instanceId));
    }

    private static string? BrokenRule(string id) => id switch
    {
        { Length: > MaxLength } => $"has at most {MaxLength} characters, this one has {id.Length}",
        ['@', ..] => "does not begin with '@'",
        _ when id.AsSpan().ContainsAny(@"/\#?") => @"does not contain '/', '\', '#' or '?'",
        _ when id.Any(char.IsControl) => "does not contain control characters",
        _ => null,
    };
}
