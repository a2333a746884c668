using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Envoy.Http;
using SlashesAction = Mesh.Protocol.Envoy.Http.HttpConnectionManager.Types.PathWithEscapedSlashesAction;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes what of a connection manager bears on its authorization filters: paths, trusted proxies, and settings of single routes.</summary>
internal static class AuthorizationScopeDecoder
{
    private const string OverrideType = "envoy.extensions.filters.http.rbac.v3.RBACPerRoute";

    // Envoy has no limit; nobody stands behind more.
    private const uint MaxHops = 100;

    public static InboundPort Decode(InboundPort port, HttpConnectionManager manager, DecodeErrors errors)
    {
        RefuseOverrides(manager, errors.In("route_config"));
        if (manager.XffNumTrustedHops > MaxHops)
        {
            errors.Add($"xff_num_trusted_hops: expected at most {MaxHops}, got {manager.XffNumTrustedHops}");
        }

        return port.Authorization is not { } authorization ? port : port with
        {
            Authorization = authorization with
            {
                Paths = Paths(manager),
                TrustedHops = (int)Math.Min(manager.XffNumTrustedHops, MaxHops),
            },
        };
    }

    public static PathNormalization Paths(HttpConnectionManager manager) =>
        new(manager.NormalizePath ?? false, manager.MergeSlashes, DecodesSlashes(manager.PathWithEscapedSlashesAction));

    private static bool DecodesSlashes(SlashesAction action) =>
        action is SlashesAction.RejectRequest or SlashesAction.UnescapeAndForward or SlashesAction.UnescapeAndRedirect;

    /// <summary>No control plane of Istio sends them; left out, they would let requests pass that are to be refused.</summary>
    private static void RefuseOverrides(HttpConnectionManager manager, DecodeErrors errors)
    {
        var hosts = manager.RouteConfig?.VirtualHosts ?? [];
        IEnumerable<IDictionary<string, Any>> levels =
            [manager.RouteConfig?.TypedPerFilterConfig ?? [], .. hosts.Select(host => host.TypedPerFilterConfig), .. hosts.SelectMany(host => host.Routes).Select(route => route.TypedPerFilterConfig)];
        foreach (var any in levels.SelectMany(level => level.Values))
        {
            if (TypedConfig.ReadOverride(any, errors, out _, out _) is { TypeUrl: OverrideType })
            {
                errors.Add($"{OverrideType} is not supported: state the policy in the filter");
            }
        }
    }
}
