namespace Mesh.ControlPlane.Generation;

/// <summary>What a client can read.</summary>
internal enum ClientKind
{
    /// <summary>gRPC's own xDS clients: only what the oldest of them accepts (node metadata <c>GENERATOR=grpc</c>).</summary>
    ProxylessGrpc,

    /// <summary>Mesh.Client: the richer Envoy forms (node metadata <c>MESH_CLIENT</c>).</summary>
    MeshClient,
}
