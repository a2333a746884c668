using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns a CORS filter into the policy of a VirtualService.</summary>
internal static class CorsFilter
{
    private const string Any = "*";

    public static CorsPolicy Translate(HTTPCORSFilter filter)
    {
        var result = new CorsPolicy
        {
            AllowMethods = { filter.AllowMethods },
            AllowHeaders = { filter.AllowHeaders },
            ExposeHeaders = { filter.ExposeHeaders },
            MaxAge = filter.MaxAge > 0 ? new Duration { Seconds = filter.MaxAge } : null,
            AllowCredentials = filter.AllowCredentials ? true : null,
        };
        result.AllowOrigins.Add(filter.AllowOrigins.Select(OriginOf));
        return result;
    }

    // A star stands for any part of an origin: https://*.example.com.
    private static StringMatch OriginOf(string origin) => origin.Contains(Any, StringComparison.Ordinal)
        ? new StringMatch { Regex = System.Text.RegularExpressions.Regex.Escape(origin).Replace(@"\*", ".*", StringComparison.Ordinal) }
        : new StringMatch { Exact = origin };
}
