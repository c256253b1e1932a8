using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>One kind of resource below <c>/v1</c>: what is alike for all kinds.</summary>
/// <param name="path">The path of the list; a name follows it.</param>
/// <param name="kind">What the registry knows of the kind.</param>
/// <param name="book">Where it is kept.</param>
/// <param name="view">How one is shown.</param>
/// <param name="json">The JSON of that.</param>
internal sealed class Resource<T, TView>(string path, RegistryKind<T> kind, IBook<T> book, Func<Row<T>, TView> view, JsonTypeInfo<TView> json)
    where T : class
{
    public async Task<Reply> ReadAsync(HttpContext context)
    {
        var name = NameOf(context);
        return await book.FindAsync(name, context.RequestAborted) is { } row ? Show(row) : kind.NotFound(name);
    }

    /// <summary>Removes it. To remove what is not there does nothing, unless the caller says that it must be.</summary>
    public async Task<Reply> DeleteAsync(HttpContext context)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        var name = NameOf(context);
        var removed = await book.RemoveAsync(name, precondition.ETag, context.RequestAborted);
        return removed.Is(out _, out problem) || (IsNotFound(problem) && !precondition.MustExist) ? Reply.NoContent : problem;
    }

    /// <summary>Reads what a PUT says: the row by the path, what must hold of it, and what it is to become.</summary>
    /// <param name="context">The request.</param>
    /// <param name="specJson">The JSON of the body.</param>
    /// <param name="nameIn">The name in the body; the path names the row, so the body need not.</param>
    public static async Task<Result<PutRequest<TSpec>>> ReadPutAsync<TSpec>(HttpContext context, JsonTypeInfo<TSpec> specJson, Func<TSpec, string?> nameIn)
        where TSpec : class
    {
        var name = NameOf(context);
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        if (!(await JsonBodyReader.ReadAsync(context, specJson)).Is(out var spec, out problem))
            return problem;
        return nameIn(spec) is { } other && other != name
            ? Problem.Invalid("name", $"is \"{other}\", but the path says \"{name}\". A name cannot be changed.")
            : new PutRequest<TSpec>(name, precondition, spec);
    }

    /// <summary>Changes what is there, or adds what is not, as far as the caller's precondition allows.</summary>
    public async Task<Result<Written<T>>> WriteAsync(Precondition precondition, Func<Task<Result<Row<T>>>> change, Func<Task<Result<Row<T>>>> add)
    {
        if (!precondition.MustBeNew)
        {
            if ((await change()).Is(out var row, out var refused))
                return new Written<T>(row, StatusCodes.Status200OK);
            if (!IsNotFound(refused) || precondition.MustExist)
                return refused;
        }

        if ((await add()).Is(out var added, out var problem))
            return new Written<T>(added, StatusCodes.Status201Created);
        return problem.Code == ProblemCodes.NameTaken && precondition.MustBeNew ? problem with { Code = ProblemCodes.PreconditionFailed } : problem;
    }

    public Reply Show(Row<T> row, int status = StatusCodes.Status200OK) => Reply.Json(
        view(row),
        json,
        status,
        row.ETag,
        status == StatusCodes.Status201Created ? $"{path}/{Uri.EscapeDataString(kind.Name(row.Value))}" : null);

    private bool IsNotFound(Problem problem) => problem.Code == kind.NotFound("").Code;

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}

/// <summary>What a PUT says.</summary>
internal sealed record PutRequest<TSpec>(string Name, Precondition Precondition, TSpec Spec);

/// <summary>A row that was written, and the status that says whether it is new.</summary>
internal sealed record Written<T>(Row<T> Row, int Status);
