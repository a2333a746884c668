using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns header modifiers into <c>headers</c> of a VirtualService.</summary>
internal static class HeaderFilters
{
    public const string Request = "RequestHeaderModifier";
    public const string Response = "ResponseHeaderModifier";

    /// <summary>Whether the filter was one.</summary>
    public static bool TryAdd(HTTPRouteFilter filter, ref Headers? headers)
    {
        switch (filter.Type)
        {
            case Request:
                (headers ??= new Headers()).Request = Translate(filter.RequestHeaderModifier);
                return true;
            case Response:
                (headers ??= new Headers()).Response = Translate(filter.ResponseHeaderModifier);
                return true;
            default:
                return false;
        }
    }

    private static Headers.Types.HeaderOperations Translate(HTTPHeaderFilter? filter)
    {
        var result = new Headers.Types.HeaderOperations();
        Fill(result.Set, filter?.Set);
        Fill(result.Add, filter?.Add);
        result.Remove.Add(filter?.Remove.AsEnumerable() ?? []);
        return result;
    }

    // Of entries for one name the first counts (specification).
    private static void Fill(MapField<string, string> target, RepeatedField<Mesh.Config.Kubernetes.GatewayApi.HTTPHeader>? headers)
    {
        foreach (var header in headers ?? [])
        {
            target.TryAdd(header.Name.ToLowerInvariant(), header.Value);
        }
    }
}
