using System.Globalization;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.LocalProcess;

/// <summary>What the placeholders of a profile stand for in one instance on this machine.</summary>
/// <param name="order">What is to be started.</param>
/// <param name="url">Where it will serve.</param>
/// <param name="folder">Its own folder.</param>
internal sealed class LocalWords(StartOrder order, string url, string folder)
{
    private readonly Uri _address = new(url);

    public string Name => order.Name;

    public string Url => url;

    /// <summary>Fills all at once: a value that looks like a placeholder itself arrives as it is.</summary>
    /// <exception cref="InstanceFailedException">The profile needs what the order does not have.</exception>
    public string Fill(string text) => Placeholder.Pattern.Replace(text, match => ValueOf(match.Groups[1].Value) ?? match.Value);

    private string? ValueOf(string name) => name switch
    {
        "name" => order.Name,
        "host" => _address.Host,
        "port" => _address.Port.ToString(CultureInfo.InvariantCulture),
        "dataDir" => folder,
        _ => order.ValueOf(name),
    };
}
