namespace Mesh.Client.Xds;

/// <summary>The two forms of the aggregated discovery service.</summary>
internal enum XdsProtocol
{
    /// <summary>Incremental; falls back to the other form at a server that answers UNIMPLEMENTED.</summary>
    Delta,

    /// <summary>What gRPC's own clients speak.</summary>
    StateOfTheWorld,
}
