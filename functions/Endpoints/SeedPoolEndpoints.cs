using System.Text.Json;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Machines as the seed's users call them: <c>/ecs/...</c> with form bodies. They are the slots of the pool <c>ssh</c>.</summary>
internal sealed class SeedPoolEndpoints(PoolBook book, LeaseStore leases, TimeProvider time) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/ecs/add", Call.Post(
            Role.Admin,
            AddAsync,
            "ip", "keyPath", "loginUser", "name", "sparkHome", "mlsqlHome", "mlsqlConfig", "executeUser", "tag", "host", "port", "hostKey"));
        app.MapCalls("/ecs/remove", Call.Post(Role.Admin, RemoveAsync, "id", "name"));
        app.MapCalls("/ecs/list", Call.Ask(ListAsync));
    }

    private async Task<Reply> AddAsync(RequestFields fields, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var spec = new SlotSpec
        {
            Name = fields["name"],
            Owner = fields["tag"],
            HostLabel = fields["host"],
            Host = new HostSpec
            {
                Ip = fields["ip"],
                Port = fields.Number("port", errors),
                KeyPath = fields["keyPath"],
                LoginUser = fields["loginUser"],
                ExecuteUser = fields["executeUser"],
                SparkHome = fields["sparkHome"],
                MlsqlHome = fields["mlsqlHome"],
                MlsqlConfig = ReadConfig(fields["mlsqlConfig"], errors),
                HostKey = fields["hostKey"],
            },
        };
        var unread = errors.Select(error => error.Field).ToHashSet(StringComparer.Ordinal);
        var found = new List<FieldError>();
        var slot = spec.Validate("", "", Pool.Ssh, null, found);
        errors.AddRange(found.Where(error => !unread.Contains(error.Field)).Select(InSeedsWords));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return (await AddAsync(slot, cancellation)).Is(out _, out var problem) ? Message.Reply : problem;
    }

    /// <summary>Two first adds at once both try to make the pool; the one that loses finds it there.</summary>
    private async Task<Result<Row<Pool>>> AddAsync(Slot slot, CancellationToken cancellation)
    {
        var changed = await ChangeAsync();
        if (changed.Is(out _, out var problem) || problem.Code != ProblemCodes.PoolNotFound)
            return changed;
        var added = await book.AddAsync(Pool.Empty(Pool.Ssh, Pool.Ssh).WithSlots([slot]), cancellation);
        if (added.Is(out _, out problem) || problem.Code != ProblemCodes.NameTaken)
            return added;
        return (await ChangeAsync()).Is(out var row, out var other) ? row : other.Code == ProblemCodes.PoolNotFound ? problem : other;

        Task<Result<Row<Pool>>> ChangeAsync() => book.ChangeAsync(Pool.Ssh, null, pool => Add(pool, slot), cancellation);
    }

    private static Result<Pool> Add(Pool pool, Slot slot)
    {
        if (pool.Find(slot.Name) is not null)
        {
            return new Problem(ProblemCodes.NameTaken, $"A machine named \"{slot.Name}\" is there already. Choose another name, or remove that one first.")
            {
                Errors = [new("name", "is taken.")],
            };
        }

        return pool.Slots.Count >= Pool.MaxSlots
            ? Problem.Invalid("name", $"is one too many: the pool has {Pool.MaxSlots} machines, the most that it takes. Make another one with POST /v1/pools.")
            : pool.WithSlots([.. pool.Slots, slot]);
    }

    private async Task<Reply> RemoveAsync(RequestFields fields, CancellationToken cancellation)
    {
        if (!fields.Identity("machine").Is(out var identity, out var problem))
            return problem;
        var removed = await book.ChangeAsync(
            Pool.Ssh,
            null,
            pool => FindSlot(pool, identity) is { } slot ? pool.WithSlots([.. pool.Slots.Where(other => other != slot)]) : NoMachine(identity),
            cancellation);
        return removed.Is(out _, out problem) ? Message.Reply
            : problem.Code == ProblemCodes.PoolNotFound ? NoMachine(identity) : problem;
    }

    private async Task<Reply> ListAsync(RequestFields fields, CancellationToken cancellation)
    {
        var pool = await book.FindAsync(Pool.Ssh, cancellation);
        var occupancy = await leases.ReadAsync(cancellation);
        var machines = pool!.Value.Slots.Where(slot => slot.Host is not null).Select(slot => SeedSlot.From(
            slot,
            slot.Host!,
            occupancy.Of(slot.Name, time.GetUtcNow())?.Instance is not null,
            JsonSerializer.Serialize(new Dictionary<string, string>(slot.Host!.MlsqlConfig), ControlPlaneJson.Default.DictionaryStringString)));
        return Reply.Json([.. machines], ControlPlaneJson.Default.IReadOnlyListSeedSlot);
    }

    private static Slot? FindSlot(Pool pool, Identity identity) => identity.Id is { } id
        ? pool.Slots.FirstOrDefault(slot => slot.Id == id)
        : pool.Find(identity.Name!);

    private static Problem NoMachine(Identity identity) =>
        new(ProblemCodes.PoolNotFound, $"There is no machine {identity}. GET /ecs/list lists them.");

    private static FieldError InSeedsWords(FieldError error) => error.Field switch
    {
        "owner" => error with { Field = "tag" },
        "hostLabel" => error with { Field = "host" },
        _ => error,
    };

    /// <summary>The seed sends a JSON object of strings as the text of one field.</summary>
    private static Dictionary<string, string>? ReadConfig(string? text, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, ControlPlaneJson.Default.DictionaryStringString);
        }
        catch (JsonException)
        {
            errors.Add(new("mlsqlConfig", $"is no JSON object of strings. Write it such as {{\"{HostSpec.PortKey}\":\"9003\"}}."));
            return null;
        }
    }
}
