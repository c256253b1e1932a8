using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>Answers a request, or says why not.</summary>
internal delegate Task<Reply> Handler(HttpContext context);

/// <summary>Answers a request by its parameters, or says why not.</summary>
internal delegate Task<Reply> FieldsHandler(RequestFields fields, CancellationToken cancellation);

/// <summary>One way to call a path: its methods, the role it takes, and who answers.</summary>
internal sealed record Call(string[] Methods, Role Role, RequestDelegate Answer)
{
    /// <summary>Reads, as a resource.</summary>
    public static Call Get(Handler handler, Role role = Role.Reader) => new(["GET", "HEAD"], role, Write(handler));

    /// <summary>Reads, as the seed's users do it: by GET or POST, with parameters.</summary>
    public static Call Ask(FieldsHandler handler, params string[] fields) => new(["GET", "HEAD", "POST"], Role.Reader, Write(WithFields(handler, fields)));

    /// <summary>Changes something.</summary>
    public static Call Post(Role role, Handler handler) => new(["POST"], role, Write(handler));

    /// <summary>Changes something, as the seed's users do it: with parameters.</summary>
    public static Call Post(Role role, FieldsHandler handler, params string[] fields) => new(["POST"], role, Write(WithFields(handler, fields)));

    /// <summary>Creates or replaces something.</summary>
    public static Call Put(Role role, Handler handler) => new(["PUT"], role, Write(handler));

    /// <summary>Removes something.</summary>
    public static Call Delete(Role role, Handler handler) => new(["DELETE"], role, Write(handler));

    /// <summary>Reads the parameters, and refuses any that is not among the known ones.</summary>
    private static Handler WithFields(FieldsHandler handler, string[] known) => async context =>
    {
        if (!(await RequestFields.ReadAsync(context.Request)).Is(out var fields, out var problem))
            return problem;
        return fields.RefuseUnknown(known) is { } unknown ? unknown : await handler(fields, context.RequestAborted);
    };

    private static RequestDelegate Write(Handler handler) => async context => await (await handler(context)).WriteAsync(context);
}

internal static class Routes
{
    /// <summary>Maps every way to call a path; any other method is answered with the ones that are allowed.</summary>
    public static void MapCalls(this IEndpointRouteBuilder app, string path, params Call[] calls)
    {
        app.MapOnly(path, calls);
        var allowed = string.Join(", ", calls.SelectMany(call => call.Methods).Distinct());
        app.Map(path, (RequestDelegate)(context =>
        {
            context.Response.Headers.Allow = allowed;
            return ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.MethodNotAllowed, $"{context.Request.Method} is not allowed here. Use {allowed}."));
        })).WithMetadata(new NeededRole(calls.Min(call => call.Role)));
    }
    /// <summary>Maps every way to call a path, and leaves other methods to wider routes.</summary>
    public static void MapOnly(this IEndpointRouteBuilder app, string path, params Call[] calls)
    {
        foreach (var call in calls)
            app.MapMethods(path, call.Methods, call.Answer).WithMetadata(new NeededRole(call.Role));
    }
}
