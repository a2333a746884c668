using Mesh.Config.Kubernetes.Discovery;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.Core;

/// <summary>Kubernetes' rules for EndpointSlices.</summary>
internal sealed class EndpointSliceValidator() : SpecValidator<EndpointSlice>(KubernetesKinds.EndpointSlice)
{
    private const int MostEndpoints = 1000;
    private const int MostAddresses = 100;
    private const int MostPorts = 20_000;

    protected override void Validate(FieldScope scope, EndpointSlice spec, Resource resource)
    {
        ValueRules.OneOf(scope.Field("addressType"), spec.AddressType, "IPv4", "IPv6", "FQDN");
        ValueRules.Count(scope.Field("endpoints"), spec.Endpoints.Count, 0, MostEndpoints);
        scope.Each("endpoints", spec.Endpoints, (item, endpoint) =>
        {
            ValueRules.Count(item.Field("addresses"), endpoint.Addresses.Count, 1, MostAddresses);
            item.Each("addresses", endpoint.Addresses, (field, address) => field.Require(Fits(spec.AddressType, address), $"\"{address}\" is no address of type {spec.AddressType}"));
        });
        ValueRules.Count(scope.Field("ports"), spec.Ports.Count, 0, MostPorts);
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each("ports", spec.Ports, (item, port) =>
        {
            item.Field("name").Require(names.Add(port.Name), $"the port name \"{port.Name}\" is used twice");
            item.Field("name").Require(port.Name.Length == 0 || DnsNames.IsLabel(port.Name), $"the port name \"{port.Name}\" must be letters, digits and -");
            ValueRules.OneOf(item.Field("protocol"), port.Protocol, "", "TCP", "UDP", "SCTP");
            if (port.Port is { } number)
            {
                ValueRules.Port(item.Field("port"), number);
            }
        });
    }

    private static bool Fits(string type, string address) => type switch
    {
        "IPv4" => Addresses.IsIp(address) && !address.Contains(':', StringComparison.Ordinal),
        "IPv6" => Addresses.IsIp(address) && address.Contains(':', StringComparison.Ordinal),
        "FQDN" => DnsNames.IsFqdn(address),
        _ => true,
    };
}
