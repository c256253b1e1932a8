using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>The answer that there is no such entity.</summary>
internal sealed class MissingEntity<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException("There is no such entity: ask HasValue first.");

    public override Response GetRawResponse() => response;
}
