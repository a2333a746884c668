namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Tells which cluster a request that names a subset (<see cref="MeshRequestOptions.Subset"/>) goes to, at the host and port that its route chose.</summary>
internal static class RequestedSubset
{
    /// <summary>Null when the request names none.</summary>
    public static string? ClusterOf(OutboundCall call)
    {
        if (RequestOptions.Find(call.Request) is not { } options || !options.TryGetValue(MeshRequestOptions.Subset, out var subset))
        {
            return null;
        }

        // Cluster names are outbound|port|subset|host.
        ArgumentException.ThrowIfNullOrEmpty(subset, nameof(MeshRequestOptions.Subset));
        return call.Cluster.Cluster.Name.Split('|') is [var direction, var port, _, var host] ? $"{direction}|{port}|{subset}|{host}" : subset;
    }
}
