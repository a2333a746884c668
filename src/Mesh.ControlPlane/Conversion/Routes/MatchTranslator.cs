using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns the conditions of routes into those of a VirtualService.</summary>
internal static class MatchTranslator
{
    private const string Regex = "RegularExpression";

    public static HTTPMatchRequest Translate(HTTPRouteMatch match)
    {
        var result = new HTTPMatchRequest { Uri = PathOf(match.Path) };
        foreach (var header in match.Headers)
        {
            AddHeader(result.Headers, header.Name, header.Type, header.Value);
        }

        foreach (var parameter in match.QueryParams)
        {
            // Of entries for one name the first counts (specification), as for headers.
            result.QueryParams.TryAdd(parameter.Name, ValueOf(parameter.Type, parameter.Value));
        }

        if (match.Method.Length > 0)
        {
            result.Method = new StringMatch { Exact = match.Method };
        }

        return result;
    }

    /// <summary>A call of gRPC is a request to <c>/service/method</c>.</summary>
    public static HTTPMatchRequest Translate(GRPCRouteMatch match)
    {
        var result = new HTTPMatchRequest { Uri = match.Method is { } method ? MethodOf(method) : null };
        foreach (var header in match.Headers)
        {
            AddHeader(result.Headers, header.Name, header.Type, header.Value);
        }

        return result;
    }

    private static StringMatch PathOf(HTTPPathMatch path) => path.Type switch
    {
        "Exact" => new StringMatch { Exact = path.Value },
        Regex => new StringMatch { Regex = path.Value },

        // A slash at the end of a prefix says nothing (specification).
        _ => new StringMatch { Prefix = path.Value.TrimEnd('/') is { Length: > 0 } prefix ? prefix : "/" },
    };

    private static StringMatch MethodOf(GRPCMethodMatch match) => (match.Type, match.Service, match.Method) switch
    {
        (Regex, var service, "") => new StringMatch { Regex = $"/{service}/.+" },
        (Regex, "", var method) => new StringMatch { Regex = $"/[^/]+/{method}" },
        (Regex, var service, var method) => new StringMatch { Regex = $"/{service}/{method}" },
        (_, var service, "") => new StringMatch { Prefix = $"/{service}/" },
        (_, "", var method) => new StringMatch { Regex = $"/[^/]+/{System.Text.RegularExpressions.Regex.Escape(method)}" },
        (_, var service, var method) => new StringMatch { Exact = $"/{service}/{method}" },
    };

    private static void AddHeader(MapField<string, StringMatch> headers, string name, string type, string value) =>
        headers.TryAdd(name.ToLowerInvariant(), ValueOf(type, value));

    private static StringMatch ValueOf(string type, string value) =>
        type == Regex ? new StringMatch { Regex = value } : new StringMatch { Exact = value };
}
