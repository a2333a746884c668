namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Where a cluster's endpoints come from.</summary>
internal enum ClusterKind
{
    /// <summary>From the endpoint discovery service.</summary>
    Eds,

    /// <summary>From the cluster itself: addresses, or host names that the connection resolves.</summary>
    Inline,

    /// <summary>From other clusters, in order of priority (gRFC A37).</summary>
    Aggregate,
}
