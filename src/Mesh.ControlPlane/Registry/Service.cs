using System.Collections.Immutable;
using Mesh.Config.Extensions;

namespace Mesh.ControlPlane.Registry;

/// <summary>A name that clients call, with its ports; made from a core Service, a ServiceEntry host or a workload's own registration.</summary>
internal sealed record Service
{
    public const string SessionLabel = "istio.io/persistent-session";

    /// <summary>Fully qualified, such as <c>reviews.default.svc.cluster.local</c>, or a ServiceEntry host (<c>*.example.com</c> possible).</summary>
    public required string Hostname { get; init; }

    public required string Namespace { get; init; }

    /// <summary>Short name: the first label for cluster services, otherwise the host.</summary>
    public required string Name { get; init; }

    public required ImmutableArray<ServicePort> Ports { get; init; }

    /// <summary>Virtual addresses, if any.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    public required ServiceResolution Resolution { get; init; }

    /// <summary>Namespaces that see it: <c>.</c>, <c>*</c>, <c>~</c> or names; empty means all.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];

    /// <summary>How clients ask its endpoints for their health; null when its resource does not say.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>What its servers' certificates may name besides the accounts of its workloads.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    /// <summary>Its servers are not part of the mesh (<c>MESH_EXTERNAL</c>).</summary>
    public bool IsExternal { get; init; }

    /// <summary>The cookie that keeps sessions at their endpoint, as <c>name</c> or <c>name:/path</c> (Istio's label <c>istio.io/persistent-session</c>); empty for none.</summary>
    public string SessionCookie { get; init; } = "";

    /// <summary>Where it is reached from outside of its cluster: load balancers and external addresses.</summary>
    public ImmutableArray<string> IngressAddresses { get; init; } = [];

    /// <summary>The network that it is the way into (Istio's label <c>topology.istio.io/network</c>); empty for any other service.</summary>
    public string GatewayNetwork { get; init; } = "";

    /// <summary>Where it takes what is for that network.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Order of conflicts: the older wins.</summary>
    public DateTimeOffset CreationTimestamp { get; init; }
}
