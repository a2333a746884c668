using Mesh.Client.Model;

namespace Mesh.Client.Fallback;

/// <summary>Tells which destinations the mesh's own TLS is spoken to: no rung may speak plaintext to them.</summary>
internal static class TlsFloor
{
    public static bool HoldsFor(Destination? known) =>
        known is { Status: DestinationStatus.Routed } && known.Clusters.Values.Any(HoldsFor);

    // By endpoint: under auto mTLS every cluster could speak TLS, and does to those that take it.
    private static bool HoldsFor(Cluster cluster) =>
        cluster.Policy.Security is { IsMesh: true }
        || cluster.Endpoints.Localities.SelectMany(locality => locality.Endpoints).Any(endpoint => cluster.Policy.SecurityOf(endpoint) is { IsMesh: true });
}
