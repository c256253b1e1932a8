using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// The tables of a storage account. The public members of this folder carry the names and signatures of the package
/// Azure.Data.Tables, so that it can take their place: see docs/adr/0004.
/// </summary>
public sealed class TableServiceClient
{
    private const string TokenScope = "https://storage.azure.com/.default";

    private readonly HttpPipeline _pipeline;

    /// <summary>Connects as a connection string says.</summary>
    /// <param name="connectionString">With an account key, a shared access signature, or UseDevelopmentStorage=true.</param>
    /// <param name="options">How requests are sent.</param>
    /// <exception cref="FormatException">It is none; the message does not repeat it.</exception>
    public TableServiceClient(string connectionString, TableClientOptions? options = null)
        : this(TableConnectionString.Parse(connectionString), options ?? new())
    {
    }

    /// <summary>Connects with an account key.</summary>
    /// <param name="endpoint">The address of the table service.</param>
    /// <param name="credential">The account and its key.</param>
    /// <param name="options">How requests are sent.</param>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(endpoint, SharedKey(credential, options ??= new()), options)
    {
    }

    /// <summary>Connects with a shared access signature.</summary>
    /// <param name="endpoint">The address of the table service.</param>
    /// <param name="credential">The signature, which may be renewed while this is in use.</param>
    /// <param name="options">How requests are sent.</param>
    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
        : this(endpoint, new SharedAccessSignaturePolicy(credential), options ?? new())
    {
    }

    /// <summary>Connects with a token of Microsoft Entra ID.</summary>
    /// <param name="endpoint">The address of the table service; https, or no token is sent.</param>
    /// <param name="tokenCredential">Where tokens come from.</param>
    /// <param name="options">How requests are sent.</param>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(endpoint, new BearerTokenAuthenticationPolicy(tokenCredential, TokenScope), options ?? new())
    {
    }

    /// <summary>Connects with a shared access signature that is part of the address.</summary>
    /// <param name="endpoint">The address of the table service with its signature as the query.</param>
    /// <param name="options">How requests are sent.</param>
    public TableServiceClient(Uri endpoint, TableClientOptions? options = null)
        : this(endpoint, new AzureSasCredential(Signature(endpoint)), options)
    {
    }

    private TableServiceClient(TableConnectionString connection, TableClientOptions options)
        : this(
            connection.Endpoint,
            connection.Key is { } key ? SharedKey(key, options) : new SharedAccessSignaturePolicy(connection.Signature!),
            options)
    {
    }

    private TableServiceClient(Uri endpoint, HttpPipelinePolicy authentication, TableClientOptions options)
    {
        // Without its query, so that a signature never shows; with a slash at the end, so that paths can follow.
        Uri = new(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        // A signature in the address would be appended again by each try; every other credential is dated anew for each.
        _pipeline = authentication is SharedAccessSignaturePolicy
            ? HttpPipelineBuilder.Build(options, [authentication], [], new ResponseClassifier())
            : HttpPipelineBuilder.Build(options, [], [authentication], new ResponseClassifier());
    }

    /// <summary>The address of the table service, without any credential.</summary>
    public Uri Uri { get; }

    /// <summary>One table, whether it exists or not.</summary>
    /// <param name="tableName">3 to 63 letters and digits, the first a letter; case does not matter.</param>
    public TableClient GetTableClient(string tableName) => new(tableName, Uri, _pipeline);

    private static SharedKeyPolicy SharedKey(TableSharedKeyCredential credential, TableClientOptions options) => new(credential, options.Time);

    private static string Signature(Uri endpoint) => endpoint.Query.Length > 1
        ? endpoint.Query
        : throw new ArgumentException("The address carries no shared access signature.", nameof(endpoint));
}
