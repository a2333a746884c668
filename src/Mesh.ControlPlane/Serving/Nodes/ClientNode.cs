using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Serving.Nodes;

/// <summary>What a client said of itself.</summary>
/// <param name="Id">Unique for a process.</param>
/// <param name="View">All that generation sees of it.</param>
/// <param name="UserAgent">Its library and version, for people.</param>
/// <param name="Workload">What it registers; null when it only calls others.</param>
internal sealed record ClientNode(string Id, ClientView View, string UserAgent, WorkloadInstance? Workload)
{
    /// <summary>Null when it named none.</summary>
    public string? ClaimedServiceAccount { get; init; }

    /// <summary>As it came, for those who ask for the client's state; null where nothing came.</summary>
    public Node? Message { get; init; }

    /// <summary>The name of what it is one of, as it says; empty when it does not.</summary>
    public string Cluster { get; init; } = "";
}
