using System.Collections.Immutable;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.Gateways;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>One of a route's <c>parentRefs</c> with what it names: a listener of a Gateway, or the hosts of a service.</summary>
internal sealed record RouteParent(ParentReference Reference, string Controller)
{
    /// <summary>Null for a service.</summary>
    public GatewayListener? Listener { get; init; }

    /// <summary>The hosts under which the route is reachable there.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Why the route is not attached; null when it is.</summary>
    public ConversionProblem? Refusal { get; init; }

    /// <summary>The namespace of a service.</summary>
    public string Namespace { get; init; } = "";
}
