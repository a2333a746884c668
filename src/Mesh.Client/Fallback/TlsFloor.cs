using Mesh.Client.Model;

namespace Mesh.Client.Fallback;

/// <summary>Tells which destinations the mesh's own TLS is spoken to: no rung may speak plaintext to them.</summary>
internal static class TlsFloor
{
    public static bool HoldsFor(Destination? known) =>
        known is { Status: DestinationStatus.Routed } && known.Clusters.Values.Any(cluster => HoldsFor(cluster.Policy));

    private static bool HoldsFor(ClusterPolicy policy) =>
        policy.Security is { IsMesh: true } || policy.SecurityByLabels.ToImmutable().Any(match => match.Security is { IsMesh: true });
}
