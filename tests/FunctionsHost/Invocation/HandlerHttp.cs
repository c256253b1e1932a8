namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>What the host adds to every request to its handler.</summary>
internal static class HandlerHttp
{
    public const string Version = "4.1037.0.0";

    public static HttpClient CreateClient(Configuration.HostConfiguration host)
    {
        // A redirect is followed unless requests are forwarded. Cookies are nobody's here.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = !host.ForwardsRequests, UseCookies = !host.ForwardsRequests, UseProxy = false };
        return new HttpClient(handler)
        {
            Timeout = host.FunctionTimeout is { } limit ? limit + TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(int.MaxValue),
        };
    }

    public static void Sign(HttpRequestMessage request, Guid invocation)
    {
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", Version);
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", $"{invocation}");
        request.Headers.UserAgent.ParseAdd($"Azure-Functions-Host/{Version}");
    }
}
