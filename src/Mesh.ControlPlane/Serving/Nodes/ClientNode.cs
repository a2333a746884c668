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
    /// <summary>For people: its workload's, or the name in Istio's form of an id (<c>type~ip~name.namespace~domain</c>), or the id.</summary>
    public string Name => Workload?.WorkloadName ?? (Id.Split('~') is [_, _, var name, _] ? name.Split('.')[0] : Id);

    /// <summary>Null when it named none.</summary>
    public string? ClaimedServiceAccount { get; init; }

    /// <summary>As it came, for those who ask for the client's state; null where nothing came.</summary>
    public Node? Message { get; init; }

    /// <summary>The name of what it is one of, as it says; empty when it does not.</summary>
    public string Cluster { get; init; } = "";
}
