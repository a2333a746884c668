using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Config.Analysis.Lookup;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>Makes a service of the instances that Consul lists for it.</summary>
internal static class ConsulServices
{
    private const string ProtocolKey = "protocol";
    private const string PortKey = "port";
    private const string PortNameKey = "port_name";
    private const string DefaultPortName = "http";
    private const int WebPort = 80;

    /// <param name="name">As Consul has it.</param>
    /// <param name="instances">The answer of <c>/v1/health/service/NAME?passing</c>.</param>
    /// <param name="settings">How it is named here.</param>
    public static ServiceDraft Draft(string name, JsonElement instances, ConsulSettings settings)
    {
        var listed = instances.EnumerateArray().Where(instance => instance.Field("Service").Number("Port") is > 0 and <= 65535).ToArray();
        var protocol = listed.Select(instance => instance.Field("Service", "Meta").Text(ProtocolKey)).FirstOrDefault(text => text.Length > 0) ?? "";
        var portName = listed.Select(instance => instance.Field("Service", "Meta").Text(PortNameKey)).FirstOrDefault(text => text.Length > 0)
            ?? (protocol.Length > 0 ? protocol.ToLowerInvariant() : DefaultPortName);
        var spoken = ProtocolSelection.OfPort(portName, protocol, "TCP");
        var service = new Service
        {
            Hostname = $"{name}.{settings.HostSuffix}".ToLowerInvariant(),
            Namespace = settings.Namespace,
            Name = name.ToLowerInvariant(),
            Ports = [.. PortNumbers(listed, spoken).Select(number => new ServicePort(number, portName, spoken))],
            Resolution = ServiceResolution.Static,
        };
        return new ServiceDraft(service, [.. listed.Select(instance => Endpoint(instance, portName, settings)).OrderBy(endpoint => endpoint.Address, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Port)]);
    }

    /// <summary>What callers write: as the metadata says, the port that all instances have, and 80 where HTTP may be spoken; each leads to the instances' own ports.</summary>
    private static IEnumerable<int> PortNumbers(JsonElement[] instances, ServiceProtocol protocol)
    {
        var said = instances.Select(instance => instance.Field("Service", "Meta").Number(PortKey)).FirstOrDefault(number => number is > 0 and <= 65535);
        if (said > 0)
        {
            return [said];
        }

        var own = instances.Select(instance => instance.Field("Service").Number("Port")).Distinct().Take(2).ToArray();
        var web = protocol.MayBeHttp() || own.Length != 1 ? new[] { WebPort } : [];
        return own.Length == 1 ? own.Concat(web).Distinct() : web;
    }

    private static ServiceEndpoint Endpoint(JsonElement instance, string portName, ConsulSettings settings)
    {
        var (node, service) = (instance.Field("Node"), instance.Field("Service"));
        return new ServiceEndpoint
        {
            Address = service.Text("Address") is { Length: > 0 } own ? own : node.Text("Address"),
            Port = service.Number("Port"),
            ServicePortName = portName,
            Labels = LabelsOf(service),
            Namespace = settings.Namespace,
            WorkloadName = service.Text("ID"),
            Locality = LocalityOf(node, service),
            Weight = (uint)Math.Max(1, service.Field("Weights").Number("Passing")),
        };
    }

    /// <summary>Metadata, and tags of the forms <c>key=value</c> and <c>key|value</c> (those of Istio's own Consul adapter); a tag that is one word is a label with the value <c>true</c>.</summary>
    private static ImmutableSortedDictionary<string, string> LabelsOf(JsonElement service)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in service.Items("Tags").Select(tag => tag.Text()).Where(tag => tag.Length > 0))
        {
            var split = tag.IndexOfAny(['=', '|']);
            labels[split > 0 ? tag[..split] : tag] = split > 0 ? tag[(split + 1)..] : "true";
        }

        foreach (var (key, value) in service.Map("Meta"))
        {
            labels[key] = value;
        }

        return labels.ToImmutable();
    }

    /// <summary>Of the instance, else of its node; where Consul knows none, the datacenter is the region.</summary>
    private static string LocalityOf(JsonElement node, JsonElement service)
    {
        var said = service.Field("Locality").Exists() ? service.Field("Locality") : node.Field("Locality");
        var region = said.Text("Region") is { Length: > 0 } text ? text : node.Text("Datacenter");
        var zone = said.Text("Zone") is { Length: > 0 } name ? name : node.Field("Meta").Text("zone");
        return zone.Length > 0 ? $"{region}/{zone}" : region;
    }
}
