using System.Globalization;
using Mesh.Config.Istio.Security;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Security;

/// <summary>Istio's rules for PeerAuthentication.</summary>
internal sealed class PeerAuthenticationValidator() : SpecValidator<PeerAuthentication>(ResourceKinds.PeerAuthentication)
{
    protected override void Validate(FieldScope scope, PeerAuthentication spec, Resource resource)
    {
        PolicyTargetRules.Selector(scope, spec.Selector);
        var ports = scope.Field("portLevelMtls");
        ports.Require(spec.PortLevelMtls.Count == 0 || spec.Selector is { MatchLabels.Count: > 0 }, "portLevelMtls requires a selector with labels: ports are those of workloads");
        ports.Require(spec.PortLevelMtls.Count > 0 || !ports.IsWritten, "must have at least one port; remove it to have the same mode on all ports");
        foreach (var port in spec.PortLevelMtls.Keys)
        {
            ValueRules.Port(scope.Entry("portLevelMtls", port.ToString(CultureInfo.InvariantCulture)), port);
        }
    }
}
