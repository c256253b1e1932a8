using System.Text.RegularExpressions;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Profiles;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// Starts instances on machines over ssh. A machine keeps a folder for each of its instances, and each process carries its
/// instance's name and its owner's mark in its environment, so that after any crash the machines themselves say what exists.
/// </summary>
public sealed partial class SshProvider(SshOptions options, ISshHosts hosts, TimeProvider time, ILogger<SshProvider> log) : IInstanceProvider
{
    private const int AskedAtOnce = 8;

    /// <summary>How long a call waits on the machine for processes to end before it looks at the clock.</summary>
    private static readonly TimeSpan StopSlice = TimeSpan.FromSeconds(5);

    /// <summary>How long after SIGKILL something may still be there; longer than that hangs in the kernel.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(30);

    private readonly ILogger<SshProvider> _log = log;
    private readonly SshClient _client = new(options, time);
    private readonly Sightings _sightings = new(options, time);

    private readonly Attempts _attempts = new();
    private volatile int _slots;

    /// <inheritdoc/>
    public string Name => "ssh";

    /// <summary>How many machines there were when they were last listed.</summary>
    public int Slots => _slots;

    /// <inheritdoc/>
    public bool CanStart(EngineProfile profile) => profile.Ssh is not null;

    /// <inheritdoc/>
    public StartLimits LimitsOf(EngineProfile profile) =>
        profile.Ssh is { } start ? new() { BootDeadline = start.BootDeadline, StopGrace = start.StopGrace } : new();

    /// <inheritdoc/>
    public async Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation)
    {
        var (name, slot) = (order.Name, order.Slot);
        CheckName(name);
        var host = await hosts.FindAsync(slot, cancellation) ?? throw new InstanceFailedException($"There is no machine {slot} any more.");
        if (SshHostRules.Check(host) is [var fault, ..])
            throw new InstanceFailedException($"The machine {slot} cannot be used: {fault.Field} {fault.Message}");
        var launch = SshLaunch.Of(order, host);
        var attempt = _attempts.Begin(name);
        try
        {
            return await AskAsync(host, machine => machine.CreateAsync(name, launch, cancellation));
        }
        catch (HostUnreachableException failure) when (failure.IsUnheard)
        {
            _attempts.WasUnheard(name, attempt);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation)
    {
        if (!Reference().IsMatch(handle.Reference) || await hosts.FindAsync(handle.Slot, cancellation) is not { } host)
            return false;
        if (_sightings.IsFresh(handle.Slot, handle.Reference) || _sightings.IsSilent(handle.Slot))
            return true;
        var isAlive = await AskOrAsync(host, true, machine => machine.IsAliveAsync(handle.Slot, handle.Reference, cancellation));
        if (isAlive)
            _sightings.SawAlive(handle.Slot, handle.Reference);
        return isAlive;
    }

    /// <inheritdoc/>
    public async Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation)
    {
        CheckName(name);
        if (_attempts.IsUnheard(name))
        {
            _attempts.Forget(name);
            return;
        }

        var places = await FindPlacesAsync(name, cancellation);
        var (found, failures) = (0, new List<HostUnreachableException>());
        await EachAsync(places, async host =>
        {
            try
            {
                if (await AskAsync(host, machine => DestroyAsync(machine, name, grace, cancellation)))
                    Interlocked.Increment(ref found);
            }
            catch (HostUnreachableException failure)
            {
                lock (failures)
                    failures.Add(failure);
            }
        });

        // An instance is on one machine: where it was found, nobody need wait for another that is away.
        if (found == 0 && failures is [var first, ..])
            throw first;
        _attempts.Forget(name);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        var all = await hosts.ListAsync(cancellation);
        _slots = all.Count;
        var names = new HashSet<string>(StringComparer.Ordinal);
        await EachAsync(all.Where(host => !_sightings.IsSilent(host.Name)), async host =>
        {
            foreach (var name in await AskOrAsync(host, [], machine => machine.ListAsync(cancellation)))
            {
                lock (names)
                    names.Add(name);
            }
        });
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<string> ReadLogTailAsync(string name, CancellationToken cancellation)
    {
        var tail = "";
        await EachAsync(await FindPlacesAsync(name, cancellation), async host =>
        {
            if (await AskOrAsync(host, "", machine => machine.ReadLogTailAsync(name, cancellation)) is { Length: > 0 } found)
                tail = found;
        });
        return tail;
    }

    private static Task EachAsync(IEnumerable<SshHost> some, Func<SshHost, Task> work) => Parallel.ForEachAsync(
        some.Where(host => SshHostRules.Check(host).Count == 0),
        new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce },
        async (host, _) => await work(host));

    private static void CheckName(string name)
    {
        if (ResourceName.Check("name", name) is { } fault)
            throw new ArgumentException($"\"{name}\" cannot be the name of an instance: it {fault.Message}", nameof(name));
    }

    /// <summary>Where an instance may be: on the machine of its slot, or, where that is not known, on any.</summary>
    private async Task<IEnumerable<SshHost>> FindPlacesAsync(string name, CancellationToken cancellation)
    {
        if (await hosts.FindSlotAsync(name, cancellation) is not { } slot)
            return await hosts.ListAsync(cancellation);
        return await hosts.FindAsync(slot, cancellation) is { } host ? [host] : [];
    }

    /// <summary>Ends an instance on a machine; true when there was something of it.</summary>
    private async Task<bool> DestroyAsync(Machine machine, string name, TimeSpan grace, CancellationToken cancellation)
    {
        var kill = time.GetUtcNow() + grace;
        var hadProcesses = false;
        while (true)
        {
            var left = kill - time.GetUtcNow();
            if (left < -KillPatience)
                throw new TimeoutException($"Something of {name} still runs {KillPatience.TotalSeconds:0} s after SIGKILL.");
            var (signal, wait) = left > TimeSpan.Zero ? ("TERM", left < StopSlice ? left : StopSlice) : ("KILL", StopSlice);
            if (await machine.StopAsync(name, signal, wait, cancellation) == 0)
                return await machine.ForgetAsync(name, cancellation) || hadProcesses;
            hadProcesses = true;
        }
    }

    private async Task<T> AskOrAsync<T>(SshHost host, T otherwise, Func<Machine, Task<T>> question)
    {
        try
        {
            return await AskAsync(host, question);
        }
        catch (Exception failure) when (failure is HostUnreachableException or InstanceFailedException)
        {
            return otherwise;
        }
    }

    private async Task<T> AskAsync<T>(SshHost host, Func<Machine, Task<T>> question)
    {
        try
        {
            var answer = await question(new Machine(_client, options, host));
            if (_sightings.Answered(host.Name))
                LogReachable(host.Name);
            return answer;
        }
        catch (HostUnreachableException failure)
        {
            if (_sightings.WasSilent(host.Name))
                LogUnreachable(host.Name, failure.Message);
            throw;
        }
    }

    /// <summary>Pid, start in clock ticks, and the boot that both are of.</summary>
    [GeneratedRegex(@"\A[1-9][0-9]{0,9}:[0-9]{1,19}:[0-9a-f-]{36}\z")]
    private static partial Regex Reference();
}
