using System.Globalization;
using System.Text.Json.Serialization;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What the way back would cost once the new side has taken writes, and how it is made to cost nothing.</summary>
internal static class WayBack
{
    /// <summary>The finding that says whether the old side's database follows.</summary>
    public const string Follows = Upgrade.BeforeOpening;

    private const long MostLagBytes = 16_000_000;

    /// <summary>Makes the old side's database follow the new one, where it can, and notes the count of writes.</summary>
    public static async Task<IReadOnlyList<Finding>> PrepareAsync(Scene scene, CancellationToken cancellation)
    {
        if (!scene.HasDatabase)
            return [new(Follows, "no: there is no database")];
        var counting = scene.Server.CountWritesAsync(scene.ToDatabase, cancellation);
        var following = scene.IsCopied ? StartFollowingAsync(scene, cancellation) : Task.FromResult<string?>("both sides have one database");
        await Task.WhenAll(counting, following);
        var (writes, obstacle) = (await counting, await following);
        scene.Note(upgrade => upgrade with { WritesBefore = writes is null ? null : WriteMark.Of(writes) });
        return [new(Follows, obstacle is null ? "yes" : $"no: {obstacle}")];
    }

    /// <summary>What it would cost now. Where writes are not taken along it is never nothing: the server counts some of them later.</summary>
    public static async Task<RollbackCost> MeasureAsync(Scene scene, CancellationToken cancellation)
    {
        var upgrade = scene.Upgrade;
        if (!upgrade.MayHaveOpened || !scene.HasDatabase)
            return RollbackCost.Nothing;
        var now = await scene.Server.CountWritesAsync(scene.ToDatabase, cancellation);
        var writes = now is null ? RollbackCost.Unknown : upgrade.WritesBefore?.CountTo(now) ?? RollbackCost.Unknown;
        if (upgrade.Find(UpgradeStep.OpenWrites, Follows) != "yes")
            return new RollbackCost(writes, IsLossless: false, "the old side's database does not follow");
        var state = await scene.Server.Replication!.ReadAsync(scene.ToDatabase, scene.FromDatabase, cancellation);
        return state switch
        {
            { Failure: { } failure } => new RollbackCost(writes, IsLossless: false, failure),
            { LagBytes: > MostLagBytes } => new RollbackCost(writes, IsLossless: false, $"the old side's database is {state.LagBytes / 1_000_000} MB behind"),
            _ => new RollbackCost(writes, IsLossless: true, "the old side's database follows, so that they are taken along"),
        };
    }

    /// <summary>Brings over what is still missing, however far it is behind. False when the old side's database does not follow.</summary>
    public static async Task<bool> TryCatchUpAsync(Scene scene, TimeSpan patience, CancellationToken cancellation)
    {
        if (!scene.IsCopied || scene.Upgrade.Find(UpgradeStep.OpenWrites, Follows) != "yes")
            return false;
        var replication = scene.Server.Replication!;
        if ((await replication.ReadAsync(scene.ToDatabase, scene.FromDatabase, cancellation)).Failure is not null)
            return false;
        await replication.CatchUpAsync(scene.ToDatabase, scene.FromDatabase, patience, cancellation);
        return true;
    }

    /// <summary>Ends the following of what has caught up, and sets the counters as the new side has left them.</summary>
    public static Task PartAsync(Scene scene, CancellationToken cancellation) =>
        scene.Server.Replication!.StopAsync(scene.ToDatabase, scene.FromDatabase, takesCounters: true, cancellation);

    /// <summary>Ends the following, whatever it has come to.</summary>
    public static async Task ForgetAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.IsCopied && scene.Server.Replication is { } replication)
            await replication.StopAsync(scene.ToDatabase, scene.FromDatabase, takesCounters: false, cancellation);
    }

    /// <summary>
    /// Null when it follows; otherwise why not, which is no fault of the upgrade's. A server that is gone for a moment says
    /// nothing about that: it is asked again.
    /// </summary>
    private static async Task<string?> StartFollowingAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Server.Replication is not { } replication)
            return "the server has no replication";
        try
        {
            await replication.StartAsync(scene.ToDatabase, scene.FromDatabase, hasData: true, cancellation);
            return null;
        }
        catch (DatabaseFailedException failure) when (!failure.IsPassing)
        {
            return failure.Message;
        }
    }
}

/// <summary>What the way back would cost.</summary>
/// <param name="Writes">Rows that the new side has written.</param>
/// <param name="IsLossless">Whether all of them are kept.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record RollbackCost(long Writes, bool IsLossless, string Reason)
{
    public static RollbackCost Nothing { get; } = new(0, true, "the new side has taken no write");

    /// <summary>Stands for a number that nobody knows.</summary>
    public const long Unknown = int.MaxValue;

    /// <summary>Writes that would be lost; <see cref="Unknown"/> when the server has lost count.</summary>
    public long Lost => IsLossless ? 0 : Writes;

    /// <summary>The same in words.</summary>
    [JsonIgnore]
    public string LostInWords => Lost == Unknown ? "writes that nobody has counted" : string.Create(CultureInfo.InvariantCulture, $"{Lost} writes");
}
