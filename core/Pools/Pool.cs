namespace ControlPlane.Core.Pools;

/// <summary>Places where new instances can go. Monitors choose one by name.</summary>
public sealed record Pool
{
    /// <summary>The pool of machines over ssh that <c>/ecs/add</c> fills, and the name of the provider that reaches them.</summary>
    public const string Ssh = "ssh";

    /// <summary>The most slots. Each name is a row of one transaction, which holds 100.</summary>
    public const int MaxSlots = 90;

    /// <summary>A number of its own among all pools.</summary>
    public int Id { get; init; }

    /// <summary>Unique among all pools.</summary>
    public required string Name { get; init; }

    /// <summary>The provider that makes its instances: <c>local</c> or <c>ssh</c>. Never changes.</summary>
    public required string Provider { get; init; }

    /// <summary>Its slots.</summary>
    public required IReadOnlyList<Slot> Slots { get; init; }

    /// <summary>The number that the next new slot gets; never used again.</summary>
    public int NextSlot { get; init; } = 1;

    /// <summary>
    /// Whether its slots are only a count of what one machine has room for. They belong to nobody and are never
    /// quarantined: what fails in one of them fails in all.
    /// </summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The pool of a provider that counts its slots itself: <c>local-0001</c>, <c>local-0002</c> and so on.</summary>
    public static Pool Anonymous(string provider, int slots) => new()
    {
        Name = provider,
        Provider = provider,
        Slots = [.. Enumerable.Range(1, slots).Select(number => new Slot { Id = number, Name = $"{provider}-{number:D4}" })],
        IsAnonymous = true,
    };

    /// <summary>A pool without slots.</summary>
    public static Pool Empty(string name, string provider) => new() { Name = name, Provider = provider, Slots = [] };

    /// <summary>The slot of that name; null when there is none.</summary>
    public Slot? Find(string slot) => Slots.FirstOrDefault(one => one.Name == slot);

    /// <summary>The same pool with other slots. A slot keeps its number as long as it keeps its name.</summary>
    public Pool WithSlots(IReadOnlyList<Slot> slots)
    {
        var next = NextSlot;
        Slot[] numbered = [.. slots.Select(slot => slot with { Id = Find(slot.Name)?.Id ?? next++ })];
        return this with { Slots = numbered, NextSlot = next };
    }

    /// <summary>The slots that another pool of this name does not have, or has elsewhere: nothing may run in them when it takes the place of this one.</summary>
    public IEnumerable<string> LostIn(Pool other) =>
        Slots.Where(slot => other.Find(slot.Name) is not { } kept || !Slot.IsSameHost(slot.Host, kept.Host)).Select(slot => slot.Name);
}
