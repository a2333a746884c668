using Microsoft.Extensions.Configuration;

namespace Bookinfo;

/// <summary>Address of another Bookinfo service, as the environment variables of upstream Bookinfo say it.</summary>
public static class BackendAddress
{
    /// <summary>For "ratings": <c>http://ratings:9080</c>, changed by RATINGS_HOSTNAME, RATINGS_SERVICE_PORT and SERVICES_DOMAIN.</summary>
    public static Uri Of(string service, IConfiguration configuration)
    {
        var prefix = service.ToUpperInvariant();
        var host = configuration[prefix + "_HOSTNAME"] ?? service;
        var port = configuration[prefix + "_SERVICE_PORT"] ?? "9080";
        var domain = configuration["SERVICES_DOMAIN"] is { Length: > 0 } suffix ? "." + suffix : "";
        return new Uri($"http://{host}{domain}:{port}");
    }
}
