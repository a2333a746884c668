using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;
using static Mesh.Config.Istio.Networking.ServiceEntry.Types;

namespace Mesh.Config.Validation.ServiceEntries;

/// <summary>What each resolution of a ServiceEntry demands of its endpoints and hosts.</summary>
internal static class ServiceEntryResolutionRules
{
    private const int MostEndpoints = 4096;
    private static readonly string[] DynamicProtocols = ["HTTP", "TLS", "GRPC", "HTTP2"];

    public static void Check(FieldScope scope, ServiceEntry spec)
    {
        scope.Field("endpoints").Require(spec.Endpoints.Count <= MostEndpoints, $"at most {MostEndpoints} endpoints, found {spec.Endpoints.Count}");
        switch (spec.Resolution)
        {
            case Resolution.None:
                scope.Field("endpoints").Require(spec.Endpoints.Count == 0, "the resolution NONE uses the caller's address and takes no endpoints; set resolution to STATIC or DNS");
                if (spec.WorkloadSelector is not null)
                {
                    scope.Field("workloadSelector").Warning("the resolution NONE does not use the selected workloads; set resolution to STATIC");
                }

                break;
            case Resolution.Static:
                Endpoints(scope, spec, ipOnly: true);
                break;
            case Resolution.Dns or Resolution.DnsRoundRobin:
                Dns(scope, spec);
                break;
            case Resolution.DynamicDns:
                DynamicDns(scope, spec);
                break;
        }
    }

    private static void Endpoints(FieldScope scope, ServiceEntry spec, bool ipOnly)
    {
        var known = spec.Ports.Select(port => port.Name).ToHashSet(StringComparer.Ordinal);
        scope.Each("endpoints", spec.Endpoints, (item, endpoint) =>
        {
            WorkloadEntryValidator.Check(item, endpoint, ipOnly);
            item.Field("address").Require(
                ipOnly || (endpoint.Address.Length > 0 && !Addresses.IsUnix(endpoint.Address)), $"\"{endpoint.Address}\" must be an IP address or a host name: it is resolved");
            item.Field("address").Require(!Addresses.IsUnix(endpoint.Address) || spec.Ports.Count == 1, "a unix endpoint needs exactly one port in the service");
            foreach (var name in endpoint.Ports.Keys.Where(name => !known.Contains(name)))
            {
                item.Entry("ports", name).Error($"the service has no port \"{name}\"");
            }
        });
    }

    private static void Dns(FieldScope scope, ServiceEntry spec)
    {
        if (spec.Endpoints.Count == 0 && spec.WorkloadSelector is null)
        {
            scope.Each("hosts", spec.Hosts, (item, host) => item.Require(
                DnsNames.IsFqdn(host),
                $"without endpoints the host itself is resolved, and \"{host}\" is not a full host name; add endpoints or name the host in full"));
        }

        scope.Field("endpoints").Require(
            spec.Resolution != Resolution.DnsRoundRobin || spec.Endpoints.Count <= 1,
            $"DNS_ROUND_ROBIN takes at most one endpoint, found {spec.Endpoints.Count}; use DNS");
        Endpoints(scope, spec, ipOnly: false);
        if (spec.Hosts.Count > 1 && spec.Addresses.Count > 0 && spec.Ports.Any(port => Protocols.IsTcpOrUnset(port.Protocol)))
        {
            scope.Field("hosts").Warning("several hosts share the same addresses on a TCP port: only one of them is reached");
        }
    }

    private static void DynamicDns(FieldScope scope, ServiceEntry spec)
    {
        scope.Each("hosts", spec.Hosts, static (item, host) => item.Require(host.StartsWith('*'), $"DYNAMIC_DNS takes wildcard hosts only, found \"{host}\"; use DNS"));
        scope.Field("addresses").Require(spec.Addresses.Count == 0, "DYNAMIC_DNS takes no addresses");
        scope.Field("endpoints").Require(spec.Endpoints.Count == 0, "DYNAMIC_DNS takes no endpoints");
        scope.Each("ports", spec.Ports, static (item, port) => item.Field("protocol").Require(
            DynamicProtocols.Contains(port.Protocol, StringComparer.OrdinalIgnoreCase),
            $"DYNAMIC_DNS takes {string.Join(", ", DynamicProtocols)} only"));
    }
}
