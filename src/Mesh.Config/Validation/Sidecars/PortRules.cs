using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Sidecars;

/// <summary>What ports of ingress and egress listeners say beside their number.</summary>
internal static class PortRules
{
    public static void Check(FieldScope scope, SidecarPort port)
    {
        Protocols.Check(scope.Field("protocol"), port.Protocol);
        scope.Field("name").Require(port.Name.Length == 0 || DnsNames.IsLabel(port.Name), $"the port name \"{port.Name}\" must be letters, digits and -");
#pragma warning disable CS0612 // Istio still reads the deprecated field, to reject it.
        scope.Field("targetPort").Require(port.TargetPort == 0, "targetPort has no effect on sidecars; remove it");
#pragma warning restore CS0612
    }
}
