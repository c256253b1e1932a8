using ControlPlane.Infra.Tests.LocalProcess;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>A machine with systemd, played by programs that take its options and start what it would start.</summary>
public sealed class SystemdTests
{
    [RootFact]
    public async Task Create_MachineWithSystemd_StartsAUnitOfTheInstance()
    {
        await using var lab = Lab();

        var handle = await lab.StartAsync("demo 1$é");

        var unit = $"controlplane-{lab.Options.Owner}-demo_201_24_c3_a9";
        var folder = lab.FolderOf("demo 1$é");
        Assert.Equal(
            [
                "--quiet", "--collect", $"--unit={unit}", "--service-type=exec", "--property=KillMode=control-group", "--property=TimeoutStopSec=10",
                $"--setenv=HOME={lab.Folder}/homes/127.0.0.1", "--setenv=USER=root", "--setenv=LOGNAME=root",
                $"--setenv=CONTROLPLANE_OWNER={lab.Options.Owner}", "--setenv=CONTROLPLANE_INSTANCE=demo 1$é", "--setenv=CONTROLPLANE_INSTANCE_URL=http://127.0.0.1:9003",
                "/bin/sh", $"{folder}/launch", folder,
            ],
            (await File.ReadAllTextAsync(Path.Combine(lab.Folder, "systemd-run.log"))).TrimEnd('\0').Split('\0'));
        Assert.True(await lab.Provider.IsAliveAsync(handle, default));
        Assert.Equal(handle, await lab.StartAsync("demo 1$é"));

        await lab.DestroyAsync("demo 1$é");

        Assert.False(RunningProcess.IsRunning(RunningProcess.PidOf(handle)));
        Assert.Contains($"stop {unit}.service", await File.ReadAllLinesAsync(Path.Combine(lab.Folder, "systemctl.log")));
        Assert.Empty(await lab.Provider.ListAsync(default));
    }

    [RootFact]
    public async Task Create_UnitThereFromACallThatWasCutOff_FindsItsEngine()
    {
        await using var lab = Lab();

        var handles = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => lab.StartAsync("demo-1"))));

        Assert.Single(handles.Distinct());
        Assert.True(await lab.Provider.IsAliveAsync(handles[0], default));
    }

    private static SshLab Lab()
    {
        var lab = new SshLab();
        lab.WriteProgram("systemctl", $"#!/bin/sh\necho \"$@\" >>'{lab.Folder}/systemctl.log'\n");
        lab.WriteProgram("systemd-run", $$"""
            #!/bin/sh
            lab='{{lab.Folder}}'
            printf '%s\0' "$@" >"$lab/systemd-run.log"
            # As systemd does: of two units of one name, the second is refused.
            mkdir "$lab/$3" 2>/dev/null || { echo "Unit was already loaded" >&2; exit 1; }
            left=$#
            while [ $left -gt 3 ]; do
                case $1 in --setenv=*) set -- "$@" "${1#--setenv=}" ;; esac
                shift
                left=$((left - 1))
            done
            shell=$1 launch=$2 folder=$3
            shift 3
            env -i PATH=/usr/bin:/bin "$@" setsid "$shell" "$launch" "$folder" </dev/null >/dev/null 2>&1 &

            """);
        return lab;
    }
}
