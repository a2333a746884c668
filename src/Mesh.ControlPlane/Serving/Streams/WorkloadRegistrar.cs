using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>Keeps one stream's process registered for as long as the stream lives and says so.</summary>
internal sealed class WorkloadRegistrar(WorkloadRegistry registry)
{
    private WorkloadLease? _lease;

    // Null until it is reported.
    private bool? _isHealthy;

    /// <summary>Takes over what a probe of the process found.</summary>
    public void Report(ClientNode node, bool isHealthy)
    {
        _isHealthy = isHealthy;
        Apply(node);
    }

    /// <summary>Registers, changes or takes back what the node says; throws when the registry refuses it, which ends the stream.</summary>
    public void Apply(ClientNode node)
    {
        if (node.Workload is not { } workload)
        {
            End();
        }
        else if (_lease is { } lease)
        {
            ThrowIf(registry.Updated(lease, workload with { IsHealthy = _isHealthy }));
        }
        else
        {
            var registration = registry.Connected(workload with { IsHealthy = _isHealthy });
            ThrowIf(registration.Rejection);
            _lease = registration.Lease;
        }
    }

    /// <summary>The stream ended; the registry waits a grace time for the process to come back.</summary>
    public void End()
    {
        if (_lease is { } lease)
        {
            _lease = null;
            registry.Disconnected(lease);
        }
    }

    private static void ThrowIf(string? rejection)
    {
        if (rejection is not null)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, rejection);
        }
    }
}
