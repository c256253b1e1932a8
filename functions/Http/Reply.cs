using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>An answer that a handler gives.</summary>
internal sealed class Reply
{
    private readonly Func<HttpContext, Task> _write;

    private Reply(Func<HttpContext, Task> write) => _write = write;

    public static Reply NoContent { get; } = new(context =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    /// <summary>JSON, with an ETag when the answer is one row, and a Location when it has just been made.</summary>
    public static Reply Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, string? etag = null, string? location = null) => new(async context =>
    {
        var response = context.Response;
        if (etag is not null)
            response.Headers.ETag = ETags.Quote(etag);
        if (location is not null)
            response.Headers.Location = location;
        if (status == StatusCodes.Status200OK && etag is not null && ETags.IsKnown(context.Request, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        if (!HttpMethods.IsHead(context.Request.Method))
            await ReadableJson.WriteAsync(response, value, type);
    });

    /// <summary>Whatever the writer makes of it.</summary>
    public static Reply Write(Func<HttpContext, Task> write) => new(write);

    public static Reply Text(string text, string contentType, int status = StatusCodes.Status200OK) => new(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.WriteAsync(text, context.RequestAborted);
    });

    public static implicit operator Reply(Problem problem) => new(context => ProblemAnswer.WriteAsync(context, problem));

    public Task WriteAsync(HttpContext context) => _write(context);
}
