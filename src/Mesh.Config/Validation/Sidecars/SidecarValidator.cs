using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.DestinationRules;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Sidecars;

/// <summary>Istio's rules for Sidecar.</summary>
internal sealed class SidecarValidator() : SpecValidator<Sidecar>(ResourceKinds.Sidecar)
{
    protected override void Validate(FieldScope scope, Sidecar spec, Resource resource)
    {
        if (spec.WorkloadSelector is { } selector)
        {
            LabelRules.Selector(scope.Field("workloadSelector"), "labels", selector.Labels);
        }

        scope.Require(
            spec.Ingress.Count + spec.Egress.Count > 0 || spec.OutboundTrafficPolicy is not null || spec.InboundConnectionPool is not null,
            "it says nothing; set ingress, egress, outboundTrafficPolicy or inboundConnectionPool");
        IngressRules.Check(scope, spec.Ingress);
        EgressRules.Check(scope, spec.Egress);
        ConnectionPoolRules.Check(scope.Field("inboundConnectionPool"), spec.InboundConnectionPool);
        TrafficPolicy(scope.Field("outboundTrafficPolicy"), spec.OutboundTrafficPolicy);
    }

    private static void TrafficPolicy(FieldScope scope, OutboundTrafficPolicy? policy)
    {
        if (policy?.EgressProxy is not { } proxy)
        {
            return;
        }

        var field = scope.Field("egressProxy");
        field.Require(policy.Mode == OutboundTrafficPolicy.Types.Mode.AllowAny, "a proxy for what is unknown needs the mode ALLOW_ANY");
        field.Field("host").Require(DnsNames.IsFqdn(proxy.Host), $"\"{proxy.Host}\" must be a full host name");
        field.Field("port").Require(proxy.Port is not null, "a port is required");
        if (proxy.Port is { } port)
        {
            ValueRules.Port(field.Field("port.number"), port.Number);
        }

        field.Field("subset").Require(proxy.Subset.Length == 0 || DnsNames.IsLabel(proxy.Subset), $"\"{proxy.Subset}\" must be letters, digits and -");
    }
}
