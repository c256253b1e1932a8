using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>The pages of a query, read as they are asked for. A page may be empty and still not be the last.</summary>
/// <param name="readPage">Reads the page that a continuation names.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class EntityPages<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> readPage, CancellationToken cancellationToken)
    : AsyncPageable<T>(cancellationToken)
    where T : notnull
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            var page = await readPage(continuationToken, pageSizeHint, CancellationToken);
            yield return page;
            continuationToken = page.ContinuationToken;
        }
        while (continuationToken is not null);
    }
}
