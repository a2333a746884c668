using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Core;

/// <summary>Kubernetes' rules for the parts of a core Service that the mesh uses.</summary>
internal sealed class ServiceValidator() : SpecValidator<ServiceSpec>(ResourceKinds.Service)
{
    private const string ExternalName = "ExternalName";
    private const int LongestPortName = 15;

    protected override void Validate(FieldScope scope, ServiceSpec spec, Resource resource)
    {
        ValueRules.OneOf(scope.Field("type"), spec.Type, "", "ClusterIP", "NodePort", "LoadBalancer", ExternalName);
        if (spec.Type == ExternalName)
        {
            scope.Field("externalName").Require(DnsNames.IsFqdn(spec.ExternalName), $"\"{spec.ExternalName}\" must be a host name");
        }
        else
        {
            scope.Field("ports").Require(spec.Ports.Count > 0 || spec.ClusterIp == "None", "at least one port is required");
        }

        LabelRules.Labels(scope, "selector", spec.Selector);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<(int, string)>();
        scope.Each("ports", spec.Ports, (item, port) =>
        {
            Port(item, port, nameRequired: spec.Ports.Count > 1);
            item.Field("name").Require(port.Name.Length == 0 || names.Add(port.Name), $"the name \"{port.Name}\" is used twice");
            item.Field("port").Require(numbers.Add((port.Port, port.Protocol.Length == 0 ? "TCP" : port.Protocol)), $"the port {port.Port} is used twice");
        });
    }

    private static void Port(FieldScope scope, ServicePort port, bool nameRequired)
    {
        ValueRules.Port(scope.Field("port"), port.Port);
        ValueRules.OneOf(scope.Field("protocol"), port.Protocol, "", "TCP", "UDP", "SCTP");
        scope.Field("name").Require(port.Name.Length > 0 || !nameRequired, "a name is required when there are several ports");
        scope.Field("name").Require(port.Name.Length == 0 || DnsNames.IsLabel(port.Name), $"the port name \"{port.Name}\" must be letters, digits and -");
        switch (port.TargetPort?.ValueCase)
        {
            case IntOrString.ValueOneofCase.IntVal:
                ValueRules.Port(scope.Field("targetPort"), port.TargetPort.IntVal);
                break;
            case IntOrString.ValueOneofCase.StrVal:
                var name = port.TargetPort.StrVal;
                scope.Field("targetPort").Require(
                    DnsNames.IsLabel(name) && name.Length <= LongestPortName && name.Any(char.IsAsciiLetter),
                    $"\"{name}\" must be a number or the name of a container port (at most {LongestPortName} letters, digits and -)");
                break;
        }
    }
}
