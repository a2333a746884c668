using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Serving.Nodes;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>What all streams of a server share.</summary>
internal sealed class ServingContext(
    IResourceGenerator generator,
    PushScheduler scheduler,
    ConnectedClients clients,
    WorkloadRegistry workloads,
    ClientNodeReader nodes) : IDisposable
{
    public IResourceGenerator Generator { get; } = generator;

    public PushScheduler Scheduler { get; } = scheduler;

    public ConnectedClients Clients { get; } = clients;

    public WorkloadRegistry Workloads { get; } = workloads;

    public ClientNodeReader Nodes { get; } = nodes;

    public required RestartGuard RestartGuard { get; init; }

    /// <summary>For what clients make the server hold.</summary>
    public StreamMemory Memory { get; init; } = StreamMemory.OfProcess();

    /// <summary>What this control plane calls itself.</summary>
    public ServerMark Mark { get; init; } = ServerMark.Plain;

    /// <summary>Keeps a storm of returning clients to what can be taken.</summary>
    public required StreamAdmission Admission { get; init; }

    /// <summary>Moves clients on to other servers.</summary>
    public required StreamRotation Rotation { get; init; }

    public required ServingLimits Limits { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ServingMetrics Metrics { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Entered while resources are generated for a stream, so that a push to thousands leaves room for other work.</summary>
    public required SemaphoreSlim Generation { get; init; }

    public void Dispose()
    {
        RestartGuard.Dispose();
        Generation.Dispose();
    }
}
