using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Backends;

/// <summary>What a user asks for when adding a backend, before any check.</summary>
public sealed record BackendSpec
{
    /// <summary>The name; required and unique.</summary>
    public string? Name { get; init; }

    /// <summary><c>host:port</c> or an http(s) url; required.</summary>
    public string? Url { get; init; }

    /// <summary>One or more tags; required.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The engine profile; <c>generic</c> when left out.</summary>
    public string? Profile { get; init; }

    /// <summary>See <see cref="Backend.Weight"/>; 1 when left out.</summary>
    public int? Weight { get; init; }

    /// <summary>See <see cref="Backend.MaxJobs"/>; the profile's when left out.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>The engine's version; unknown when left out.</summary>
    public string? Version { get; init; }

    /// <summary>The profile of a backend that was added without one: a TCP check, and anything HTTP behind it.</summary>
    public const string DefaultProfile = "generic";

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="isKnownProfile">Whether a profile of that name is there.</param>
    /// <param name="tagsField">What the caller calls the tags: the seed's API says <c>tag</c>.</param>
    /// <returns>A backend that still lacks its id, or the problem.</returns>
    public Result<Backend> Validate(Func<string, bool> isKnownProfile, string tagsField = "tags")
    {
        var errors = new List<FieldError>();
        if (ResourceName.Check("name", Name) is { } badName)
            errors.Add(badName);

        var url = "";
        if (string.IsNullOrWhiteSpace(Url))
            errors.Add(new("url", "is missing. Give host:port, such as 127.0.0.1:9003."));
        else if (!BackendUrl.Normalize("url", Url).Is(out url, out var badUrl))
            errors.AddRange(badUrl.Errors);

        TagSet? tags = null;
        if (Tags is null)
            errors.Add(new(tagsField, "is missing. Give one or more tags, such as group1."));
        else if (!TagSet.Create(tagsField, Tags).Is(out tags, out var badTags))
            errors.AddRange(badTags.Errors);

        var profile = Profile ?? DefaultProfile;
        if (!isKnownProfile(profile))
            errors.Add(new("profile", $"\"{profile}\" is not known. GET /v1/profiles lists the profiles."));
        if (Weight is < 1 or > 1000)
            errors.Add(new("weight", $"is {Weight}. Give a whole number from 1 to 1000."));
        if (MaxJobs is < 1 or > 100_000)
            errors.Add(new("maxJobs", $"is {MaxJobs}. Give a whole number from 1 to 100000."));
        if (Version is { Length: 0 or > 128 })
            errors.Add(new("version", "must have 1 to 128 characters, or be left out."));

        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return new Backend
        {
            Id = 0,
            Name = Name!,
            Url = url!,
            Tags = tags!,
            Profile = profile,
            Weight = Weight ?? 1,
            MaxJobs = MaxJobs,
            Version = Version,
        };
    }
}
