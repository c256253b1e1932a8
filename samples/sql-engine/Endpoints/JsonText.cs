namespace SqlEngine.Endpoints;

/// <summary>Answers that are the same text each time.</summary>
internal static class JsonText
{
    public const string ContentType = "application/json; charset=utf-8";

    public static Task WriteJsonTextAsync(this HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        return context.Response.WriteAsync(json);
    }
}
