using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;
using Listener = Mesh.Config.Kubernetes.GatewayApi.Listener;

namespace Mesh.ControlPlane.Conversion.Gateways;

/// <summary>A listener of a Gateway, judged: whether it can be opened, and which routes may attach.</summary>
internal sealed class GatewayListener(ApiObject<GatewaySpec> gateway, Listener listener, string controller)
{
    public ApiObject<GatewaySpec> Gateway => gateway;

    public Listener Listener => listener;

    /// <summary>The name of the GatewayClass's controller.</summary>
    public string Controller => controller;

    /// <summary>Lower case; <c>*</c> for every host.</summary>
    public string Hostname { get; } = Hostnames.Normalize(listener.Hostname);

    /// <summary>Kinds of routes that may attach.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>Null where TLS is neither ended nor expected.</summary>
    public ServerTLSSettings? Tls { get; init; }

    /// <summary>Why it is not accepted at all; null when it is.</summary>
    public ConversionProblem? Refusal { get; init; }

    /// <summary>With which other listener it cannot be; null when there is none.</summary>
    public ConversionProblem? Conflict { get; init; }

    /// <summary>What of its references, kinds included, cannot be had; null when all can.</summary>
    public ConversionProblem? BadReference { get; init; }

    /// <summary>Whether it has what it needs on the wire.</summary>
    public bool HasTls { get; init; } = true;

    public bool IsAccepted => Refusal is null && Conflict is null;

    public bool IsProgrammed => IsAccepted && HasTls;

    public string ResourceName => $"{gateway.Name}-{ConversionNames.Suffix}-{listener.Name}";

    /// <summary>As VirtualServices name it.</summary>
    public string InternalName => $"{gateway.Namespace}/{ResourceName}";

    /// <summary>Routes to its namespace and no other may attach where nothing is said.</summary>
    public bool AllowsNamespace(GatewayApiObjects objects, string @namespace) => listener.AllowedRoutes?.Namespaces is not { } allowed
        ? @namespace == gateway.Namespace
        : allowed.From switch
        {
            "All" => true,
            "Selector" => allowed.Selector is { } selector && LabelSelection.Selects(selector, objects.LabelsOf(@namespace)),
            "None" => false,
            _ => @namespace == gateway.Namespace,
        };

    /// <summary>The Istio Gateway of this one listener.</summary>
    public Resource ToResource(GatewayApiObjects objects)
    {
        var server = new Server
        {
            Port = new Port { Number = (uint)listener.Port, Protocol = listener.Protocol, Name = "default" },
            Hosts = { HostsOf(objects) },
            Tls = Tls,
        };
        return new Resource
        {
            Id = new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.Gateway.Kind, gateway.Namespace, ResourceName),
            Kind = ResourceKinds.Gateway,
            ApiVersion = ResourceKinds.Gateway.Versions[0],
            CreationTimestamp = gateway.Resource.CreationTimestamp,
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(ConversionNames.GatewaySemantics, ConversionNames.GatewayValue)
                .Add(ConversionNames.Parents, $"Gateway/{gateway.Name}/{listener.Name}.{gateway.Namespace}"),
            Spec = new Gateway { Servers = { server }, Selector = { [ConversionNames.GatewayLabel] = gateway.Name } },
        };
    }

    private IEnumerable<string> HostsOf(GatewayApiObjects objects)
    {
        var namespaces = listener.AllowedRoutes?.Namespaces?.From switch
        {
            "All" => [Hostnames.Any],
            "Selector" => objects.Namespaces.Where(name => AllowsNamespace(objects, name)),
            "None" => [],
            _ => [gateway.Namespace],
        };

        // A server without hosts would be none at all; no namespace has this name.
        return namespaces.DefaultIfEmpty("~").Select(name => $"{name}/{Hostname}");
    }
}
