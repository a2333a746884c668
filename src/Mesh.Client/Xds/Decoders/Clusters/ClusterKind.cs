namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Where a cluster's endpoints come from.</summary>
internal enum ClusterKind
{
    /// <summary>From the endpoint discovery service.</summary>
    Eds,

    /// <summary>From the cluster itself: addresses, or a host name that each connection resolves.</summary>
    Inline,

    /// <summary>From the cluster itself, whose host names the client resolves: each address is an endpoint.</summary>
    StrictDns,

    /// <summary>From other clusters, in order of priority (gRFC A37).</summary>
    Aggregate,
}
