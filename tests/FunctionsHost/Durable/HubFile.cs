using Newtonsoft.Json;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Keeps a hub in a file, so that another host can go on with it; without a path it keeps nothing.</summary>
internal sealed class HubFile(string? path)
{
    public HubState Load() => path is not null && File.Exists(path)
        ? JsonConvert.DeserializeObject<HubState>(File.ReadAllText(path)) ?? new HubState()
        : new HubState();

    public void Save(HubState state)
    {
        if (path is null)
            return;
        var next = path + ".next";
        File.WriteAllText(next, JsonConvert.SerializeObject(state));
        File.Move(next, path, overwrite: true);
    }
}
