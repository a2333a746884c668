using Mesh.Client.Model;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Faults;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>One outcome of a route, compiled: a weighted cluster with what is done to the requests that go there, or the route's own answer.</summary>
internal sealed class OutboundTarget
{
    private OutboundTarget(OutboundTarget other) =>
        (RequestEdits, ResponseEdits, Fault, Clock) = (other.RequestEdits, other.ResponseEdits, other.Fault, other.Clock);

    private OutboundTarget(OutboundCluster? cluster, RequestEdits? requestEdits, ResponseEdits? responseEdits, FaultPolicy? fault, ProcessFacts facts)
    {
        (Cluster, RequestEdits, ResponseEdits) = (cluster, requestEdits, responseEdits);
        Fault = fault is { IsEmpty: false } ? new OutboundFault(fault) : null;
        Clock = requestEdits?.UsesTime == true || responseEdits?.UsesTime == true ? facts.Time : null;
    }

    /// <summary>Null when it is not in the configuration, or none is needed.</summary>
    public OutboundCluster? Cluster { get; private init; }

    /// <summary>Null when requests go as they are.</summary>
    public RequestEdits? RequestEdits { get; }

    /// <summary>Null when responses come as they are.</summary>
    public ResponseEdits? ResponseEdits { get; }

    /// <summary>Null when no faults are injected.</summary>
    public OutboundFault? Fault { get; }

    /// <summary>Null when nobody asks when the call began.</summary>
    public TimeProvider? Clock { get; }

    public static OutboundTarget Forward(Route route, ForwardAction action, WeightedCluster weighted, OutboundCluster? cluster, ProcessFacts facts) => new(
        cluster,
        RequestEdits.Compile(route, action, weighted, facts),
        ResponseEdits.Compile(weighted.ResponseEdits, facts),
        weighted.Fault ?? route.Fault,
        facts);

    /// <summary>The same, but for the cluster.</summary>
    public OutboundTarget At(OutboundCluster cluster) => new(this) { Cluster = cluster };

    public static OutboundTarget Answer(Route route, ProcessFacts facts) =>
        new(cluster: null, requestEdits: null, ResponseEdits.Compile(route.ResponseEdits, facts), route.Fault, facts);
}
