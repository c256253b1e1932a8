using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>Values for tests that need no host.</summary>
internal static class Sample
{
    public static Backend Backend(string name, string tags, BackendState state = BackendState.Ready) => new()
    {
        Id = 1,
        Name = name,
        Url = $"http://{name}:9003",
        Tags = TagSet.Parse("tag", tags).Value,
        Profile = "generic",
        State = state,
    };

    public static Destination Destination(string name, string tags, TimeProvider time, BackendState state = BackendState.Ready) =>
        new(Backend(name, tags, state), new EngineProfile { Name = "generic" }, time);
}
