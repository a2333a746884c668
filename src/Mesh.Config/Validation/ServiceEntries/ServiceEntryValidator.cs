using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using static Mesh.Config.Istio.Networking.ServiceEntry.Types;

namespace Mesh.Config.Validation.ServiceEntries;

/// <summary>Istio's rules for ServiceEntry.</summary>
internal sealed class ServiceEntryValidator() : SpecValidator<ServiceEntry>(ResourceKinds.ServiceEntry)
{
    private const int MostHosts = 256;
    private const int MostAddresses = 256;
    private const int MostPorts = 256;
    private const int LongestAddress = 64;
    private const string WaypointLabel = "istio.io/use-waypoint";

    protected override void Validate(FieldScope scope, ServiceEntry spec, Resource resource)
    {
        scope.Field("endpoints").Require(spec.WorkloadSelector is null || spec.Endpoints.Count == 0, "only one of workloadSelector and endpoints can be set");
        if (spec.WorkloadSelector is { } selector)
        {
            LabelRules.Selector(scope.Field("workloadSelector"), "labels", selector.Labels);
        }

        Hosts(scope, spec);
        AddressesOf(scope, spec);
        Ports(scope, spec);
        ServiceEntryResolutionRules.Check(scope, spec);
        scope.Field("resolution").Require(
            spec is not { Resolution: Resolution.DynamicDns, Location: Location.MeshInternal } || !resource.Labels.ContainsKey(WaypointLabel),
            $"DYNAMIC_DNS within the mesh cannot go through a waypoint; remove the label {WaypointLabel}");
        ExportToRules.Check(scope, spec.ExportTo, resource.Id.Namespace, noneAllowed: true);
    }

    private static void Hosts(FieldScope scope, ServiceEntry spec)
    {
        scope.Field("hosts").Require(spec.Hosts.Count is > 0 and <= MostHosts, $"1 to {MostHosts} hosts are required, found {spec.Hosts.Count}");
        scope.Each("hosts", spec.Hosts, (item, host) =>
        {
            if (host == "*")
            {
                item.Error("the host cannot be the wildcard * alone; name a domain, such as *.example.com");
                return;
            }

            item.Require(DnsNames.IsWildcardDomain(host), $"\"{host}\" must be a host name, or *. and a domain");
            if (spec.Resolution != Resolution.DynamicDns && host is ['*', not '.', ..])
            {
                item.Warning($"\"{host}\" is a partial wildcard; clients match *. and a domain only");
            }
        });
    }

    private static void AddressesOf(FieldScope scope, ServiceEntry spec)
    {
        scope.Field("addresses").Require(spec.Addresses.Count <= MostAddresses, $"at most {MostAddresses} addresses, found {spec.Addresses.Count}");
        scope.Each("addresses", spec.Addresses, (item, address) =>
        {
            item.Require(Addresses.IsIpOrSubnet(address), $"\"{address}\" must be an IP address or a CIDR block such as 10.0.0.0/8");
            item.Require(address.Length <= LongestAddress, $"at most {LongestAddress} characters, found {address.Length}");
            item.Require(
                !address.Contains('/', StringComparison.Ordinal) || spec.Resolution is Resolution.None or Resolution.Static,
                "a CIDR block is allowed with the resolutions NONE and STATIC only");
        });
    }

    private static void Ports(FieldScope scope, ServiceEntry spec)
    {
        scope.Field("ports").Require(spec.Ports.Count <= MostPorts, $"at most {MostPorts} ports, found {spec.Ports.Count}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<uint>();
        scope.Each("ports", spec.Ports, (item, port) =>
        {
            ValueRules.Port(item.Field("number"), port.Number);
            item.Field("number").Require(numbers.Add(port.Number), $"the port number {port.Number} is used twice");
            item.Field("name").Require(DnsNames.IsLabel(port.Name), $"the port name \"{port.Name}\" is required and must be letters, digits and -");
            item.Field("name").Require(names.Add(port.Name), $"the port name \"{port.Name}\" is used twice");
            Protocols.Check(item.Field("protocol"), port.Protocol);
            if (port.TargetPort != 0)
            {
                ValueRules.Port(item.Field("targetPort"), port.TargetPort);
            }

            if (spec.Addresses.Count == 0 && Protocols.IsTcpOrUnset(port.Protocol))
            {
                item.Warning("without addresses raw TCP connections cannot be told apart by this service; HTTP and gRPC can, by their host");
            }
        });
        scope.Field("ports").Require(
            spec.Hosts.Count <= 1 || spec.Resolution == Resolution.None || spec.Ports.All(port => Protocols.IsHttp(port.Protocol) || Protocols.IsTls(port.Protocol)),
            "several hosts can share HTTP and TLS ports only: nothing tells the hosts apart on others");
    }
}
