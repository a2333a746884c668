using System.Collections.Immutable;
using Mesh.Config;
using Listener = Mesh.Config.Kubernetes.GatewayApi.Listener;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>Tells which routes a listener can have.</summary>
internal static class SupportedKinds
{
    /// <summary>Those of its protocol that it allows; and what it allows beyond them, which cannot be.</summary>
    public static (ImmutableArray<string> Kinds, ConversionProblem? Problem) Of(Listener listener)
    {
        var possible = OfProtocol(listener);
        if (listener.AllowedRoutes is not { Kinds.Count: > 0 } allowed)
        {
            return (possible, null);
        }

        var unknown = allowed.Kinds.Where(kind => kind.Group != ResourceKinds.GatewayApiGroup || !possible.Contains(kind.Kind)).Select(kind => kind.Kind).ToArray();
        return (
            [.. possible.Where(kind => allowed.Kinds.Any(own => own.Group == ResourceKinds.GatewayApiGroup && own.Kind == kind))],
            unknown.Length == 0
                ? null
                : new ConversionProblem("InvalidRouteKinds", $"routes of kind {string.Join(", ", unknown)} cannot attach to a listener of protocol {listener.Protocol}; possible: {string.Join(", ", possible)}"));
    }

    private static ImmutableArray<string> OfProtocol(Listener listener) => listener.Protocol switch
    {
        "HTTP" or "HTTPS" => ["HTTPRoute", "GRPCRoute"],
        "TLS" when listener.Tls is { Mode: "Passthrough" } => ["TLSRoute"],

        // After TLS has ended there are plain connections, of which nothing tells one from the other (istiod).
        "TLS" or "TCP" => ["TCPRoute"],
        _ => [],
    };
}
