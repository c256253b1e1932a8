using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Core.Instances;

/// <summary>What the placeholders of a profile stand for in one order, whatever provider starts it.</summary>
public static class OrderPlaceholders
{
    /// <summary>What a placeholder stands for; null when it is none that an order knows.</summary>
    /// <exception cref="InstanceFailedException">The profile needs what the order does not have.</exception>
    public static string? ValueOf(this StartOrder order, string placeholder) => placeholder switch
    {
        Placeholder.Epoch => order.Epoch.ToString(CultureInfo.InvariantCulture),
        Placeholder.Version => order.Version ?? order.Profile.Version
            ?? throw Missing(order, placeholder, "nobody has said the version: give it to the group, or write \"version\" into the profile"),
        Placeholder.DatabaseHost => DatabaseOf(order, placeholder).Address.Host,
        Placeholder.DatabasePort => DatabaseOf(order, placeholder).Address.Port.ToString(CultureInfo.InvariantCulture),
        Placeholder.DatabaseName => DatabaseOf(order, placeholder).Name,
        Placeholder.DatabaseFile => DatabaseOf(order, placeholder).File ?? throw Missing(order, placeholder, "its database is on a server"),
        Placeholder.DatabaseUser => DatabaseOf(order, placeholder).Account.Name,
        Placeholder.DatabasePassword => DatabaseOf(order, placeholder).Account.Password,
        Placeholder.DatabaseReader => ReaderOf(order, placeholder).Name,
        Placeholder.DatabaseReaderPassword => ReaderOf(order, placeholder).Password,
        _ => null,
    };

    private static DatabaseLogin DatabaseOf(StartOrder order, string placeholder) =>
        order.Database ?? throw Missing(order, placeholder, "its monitor has no database");

    private static DatabaseAccount ReaderOf(StartOrder order, string placeholder) =>
        DatabaseOf(order, placeholder).Reader ?? throw Missing(order, placeholder, "its database has no account that may only read");

    private static InstanceFailedException Missing(StartOrder order, string placeholder, string reason) =>
        new($"The profile {order.Profile.Name} needs ${{{placeholder}}} to start {order.Name}, and {reason}.");
}
