using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The seed's users name a row by <c>id</c> or by <c>name</c>; the id goes first.</summary>
internal static class SeedLookup
{
    public static async Task<Result<Row<T>>> FindAsync<T>(this IBook<T> book, RequestFields fields, RegistryKind<T> kind, CancellationToken cancellation)
        where T : class
    {
        if (!fields.Identity(kind.Partition).Is(out var identity, out var problem))
            return problem;
        var row = identity.Id is { } id ? await book.FindAsync(id, cancellation) : await book.FindAsync(identity.Name!, cancellation);
        return row is not null ? row : kind.NoSuch(identity);
    }
}
