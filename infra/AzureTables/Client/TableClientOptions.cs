using Azure.Core;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>How requests are sent. Query parameters and headers that may hold secrets are never logged.</summary>
public sealed class TableClientOptions : ClientOptions
{
    /// <summary>The version of the service that is spoken to.</summary>
    internal const string ServiceVersion = "2019-02-02";

    /// <summary>The clock that dates signed requests; the system's unless set.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
