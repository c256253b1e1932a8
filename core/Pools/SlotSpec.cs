using System.Text.RegularExpressions;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>What a user says of a slot, before any check.</summary>
public sealed partial record SlotSpec
{
    private const int MaxLabelLength = 256;

    /// <summary>See <see cref="Slot.Name"/>; required.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="Slot.Owner"/>; anybody's when left out or empty.</summary>
    public string? Owner { get; init; }

    /// <summary>See <see cref="Slot.Priority"/>; 0 when left out.</summary>
    public int? Priority { get; init; }

    /// <summary>See <see cref="Slot.Cores"/>; 1 when left out.</summary>
    public int? Cores { get; init; }

    /// <summary>See <see cref="Slot.CostPerHour"/>; 0 when left out.</summary>
    public decimal? CostPerHour { get; init; }

    /// <summary>See <see cref="Slot.IsLendable"/>; true when left out.</summary>
    public bool? IsLendable { get; init; }

    /// <summary>See <see cref="Slot.RecallDeadline"/>, in seconds; 300 when left out.</summary>
    public double? RecallDeadlineSeconds { get; init; }

    /// <summary>The machine; required in a pool of machines, and only there.</summary>
    public HostSpec? Host { get; init; }

    /// <summary>See <see cref="Slot.HostLabel"/>.</summary>
    public string? HostLabel { get; init; }

    /// <summary>Checks every field.</summary>
    /// <param name="prefix">What stands before the names of fields in errors.</param>
    /// <param name="hostPrefix">The same for the fields of the machine.</param>
    /// <param name="provider">The pool's provider.</param>
    /// <param name="before">The slot of that name that the pool has had; null when it is new.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public Slot Validate(string prefix, string hostPrefix, string provider, Slot? before, List<FieldError> errors)
    {
        var owner = Owner?.Trim() is { Length: > 0 } tag ? tag : null;
        if (ResourceName.Check(prefix + "name", Name) is { } badName)
            errors.Add(badName);
        else if (AnonymousName().IsMatch(Name!))
            errors.Add(new(prefix + "name", "is the name of a slot of the pool \"local\". Choose another."));
        if (owner is not null && (owner.Contains(',') || TagSet.Parse("owner", owner).Problem is not null))
            errors.Add(new(prefix + "owner", "is no tag. A slot belongs to one group: give its tag, or leave it out."));
        if (Priority is < -1000 or > 1000)
            errors.Add(new(prefix + "priority", $"is {Priority}. Give a whole number from -1000 to 1000."));
        if (Cores is < 1 or > 10_000)
            errors.Add(new(prefix + "cores", $"is {Cores}. Give a whole number from 1 to 10000."));
        if (CostPerHour is < 0 or > 1_000_000)
            errors.Add(new(prefix + "costPerHour", $"is {CostPerHour}. Give a number from 0 to 1000000."));
        if (RecallDeadlineSeconds is not (null or (>= 0 and <= 86_400)))
            errors.Add(new(prefix + "recallDeadlineSeconds", $"is {RecallDeadlineSeconds}. Give a number from 0 to 86400."));
        if (HostLabel is { } label && (label.Length > MaxLabelLength || label.Any(char.IsControl)))
            errors.Add(new(prefix + "hostLabel", $"holds a control character, or has more than {MaxLabelLength} characters."));
        if (Host is null && provider == Pool.Ssh)
            errors.Add(new(prefix + "host", "is missing. A slot of this pool is a machine: give its ip, loginUser, keyPath and mlsqlConfig."));
        if (Host is not null && provider != Pool.Ssh)
            errors.Add(new(prefix + "host", $"is not taken: the slots of a pool of {provider} instances are on this machine. Leave it out."));
        return new Slot
        {
            Name = Name ?? "",
            Owner = owner,
            Priority = Priority ?? 0,
            Cores = Cores ?? 1,
            CostPerHour = CostPerHour ?? 0,
            IsLendable = IsLendable ?? true,
            RecallDeadline = RecallDeadlineSeconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(RecallDeadlineSeconds.Value) : new Slot { Name = "" }.RecallDeadline,
            Host = provider == Pool.Ssh ? Host?.Validate(hostPrefix, Name ?? "", before?.Host, errors) : null,
            HostLabel = string.IsNullOrEmpty(HostLabel) ? null : HostLabel,
        };
    }

    [GeneratedRegex(@"\Alocal-[0-9]+\z")]
    private static partial Regex AnonymousName();
}
