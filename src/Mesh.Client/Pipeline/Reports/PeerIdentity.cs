namespace Mesh.Client.Pipeline.Reports;

/// <summary>Says in requests to workloads of the mesh which workload sends them (Envoy's metadata exchange); nobody else is told.</summary>
/// <param name="metadata">The workload, encoded once.</param>
/// <param name="id">The xDS node.</param>
internal sealed class PeerIdentity(string metadata, string id)
{
    private const string MetadataHeader = "x-envoy-peer-metadata";
    private const string IdHeader = "x-envoy-peer-metadata-id";

    public void Write(OutboundCall call)
    {
        if (call.Endpoint?.Peer.Workload is null)
        {
            return;
        }

        // What is carried on, or what the application made up, is about somebody else.
        var headers = call.WireRequest.Headers;
        headers.Remove(MetadataHeader);
        headers.Remove(IdHeader);
        headers.TryAddWithoutValidation(MetadataHeader, metadata);
        headers.TryAddWithoutValidation(IdHeader, id);
    }

    /// <summary>The application may look at its request, or send it elsewhere.</summary>
    public static void Withdraw(OutboundCall call)
    {
        if (ReferenceEquals(call.WireRequest, call.Request) && call.Endpoint?.Peer.Workload is not null)
        {
            call.Request.Headers.Remove(MetadataHeader);
            call.Request.Headers.Remove(IdHeader);
        }
    }
}
