using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Serving;

/// <summary>Hears of processes that register by being connected.</summary>
internal interface IWorkloadSink
{
    void Connected(WorkloadInstance instance);

    /// <summary>The same process said something new of itself.</summary>
    void Updated(WorkloadInstance instance);

    /// <summary>Its last stream ended; it may come back.</summary>
    void Disconnected(string nodeId);
}
