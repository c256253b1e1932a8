namespace ControlPlane.Functions.Alerts;

/// <summary>One alert of a webhook, whatever has sent it.</summary>
/// <param name="Fingerprint">What stays the same for one alert: up to 64 letters, digits, hyphens and underscores.</param>
/// <param name="Title">What people call it, at most 100 characters.</param>
/// <param name="StartsAt">When it began to fire. It fires anew with a later time.</param>
/// <param name="IsResolved">Whether it has stopped firing.</param>
/// <param name="Labels">What rules are held against.</param>
internal sealed record Alert(string Fingerprint, string Title, DateTimeOffset StartsAt, bool IsResolved, IReadOnlyDictionary<string, string> Labels);
