using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Route;
using AppendAction = Mesh.Protocol.Envoy.Core.HeaderValueOption.Types.HeaderAppendAction;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>headers</c> into header edits of a route or of one weighted cluster.</summary>
internal static class HeaderOperations
{
    public static void Apply(Route route, Headers? headers)
    {
        Add(route.RequestHeadersToAdd, headers?.Request, skipHost: true);
        Add(route.ResponseHeadersToAdd, headers?.Response, skipHost: false);
        route.RequestHeadersToRemove.Add(Removed(headers?.Request));
        route.ResponseHeadersToRemove.Add(Removed(headers?.Response));
        if (route.Route_ is { HostRewriteSpecifierCase: RouteAction.HostRewriteSpecifierOneofCase.None } action && HostOf(headers) is { } host)
        {
            action.HostRewriteLiteral = host;
        }
    }

    public static void Apply(WeightedCluster.Types.ClusterWeight cluster, Headers? headers)
    {
        Add(cluster.RequestHeadersToAdd, headers?.Request, skipHost: true);
        Add(cluster.ResponseHeadersToAdd, headers?.Response, skipHost: false);
        cluster.RequestHeadersToRemove.Add(Removed(headers?.Request));
        cluster.ResponseHeadersToRemove.Add(Removed(headers?.Response));
        if (HostOf(headers) is { } host)
        {
            cluster.HostRewriteLiteral = host;
        }
    }

    private static void Add(RepeatedField<HeaderValueOption> target, Headers.Types.HeaderOperations? operations, bool skipHost)
    {
        if (operations is null)
        {
            return;
        }

        AddAll(target, operations.Set, AppendAction.OverwriteIfExistsOrAdd, skipHost);
        AddAll(target, operations.Add, AppendAction.AppendIfExistsOrAdd, skipHost);
    }

    private static void AddAll(RepeatedField<HeaderValueOption> target, MapField<string, string> headers, AppendAction action, bool skipHost)
    {
        foreach (var (name, value) in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (!skipHost || !IsHost(name))
            {
                target.Add(new HeaderValueOption { Header = new HeaderValue { Key = name, Value = value }, AppendAction = action });
            }
        }
    }

    private static IEnumerable<string> Removed(Headers.Types.HeaderOperations? operations) => operations?.Remove.AsEnumerable() ?? [];

    // Envoy does not let the host be edited as a header; Istio turns it into a host rewrite.
    private static string? HostOf(Headers? headers) =>
        headers?.Request is { } request
            ? request.Set.Concat(request.Add).Where(header => IsHost(header.Key)).Select(header => header.Value).FirstOrDefault()
            : null;

    private static bool IsHost(string name) =>
        name == ":authority" || name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
