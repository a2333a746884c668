using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Stage: a request that names a subset (<see cref="MeshRequestOptions.Subset"/>) goes there, to the host and port that its route chose.</summary>
internal static class RequestedSubset
{
    /// <summary>Null when the call may go on; else why it cannot.</summary>
    public static LocalFailure? Apply(OutboundCall call)
    {
        if (RequestOptions.Find(call.Request) is not { } options || !options.TryGetValue(MeshRequestOptions.Subset, out var subset))
        {
            return null;
        }

        // Cluster names are outbound|port|subset|host.
        ArgumentException.ThrowIfNullOrEmpty(subset, nameof(MeshRequestOptions.Subset));
        if (call.Cluster.Cluster.Name.Split('|') is [var direction, var port, _, var host]
            && call.Destination.FindCluster($"{direction}|{port}|{subset}|{host}") is { } cluster)
        {
            call.GoTo(cluster);
            return null;
        }

        return LocalFailure.NoSubset(call.Destination.Destination.Authority.ToString(), subset);
    }
}
