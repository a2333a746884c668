using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Registry.Sources;

namespace Mesh.ControlPlane.Registry.Exchange;

/// <summary>What one control plane tells another of its cluster: services with known endpoints, and the ways into its networks; nothing that it has of others.</summary>
internal sealed record SharedRegistry
{
    public const string Path = "api/v1/registry";
    public const string ExpectedKind = "Registry";
    public const string ExpectedVersion = "mesh.dev/v1";

    public string ApiVersion { get; init; } = ExpectedVersion;

    public string Kind { get; init; } = ExpectedKind;

    public string Cluster { get; init; } = "";

    public string Network { get; init; } = "";

    public ImmutableArray<SharedService> Services { get; init; } = [];

    public ImmutableArray<NetworkGateway> Gateways { get; init; } = [];

    /// <summary>The form on the wire.</summary>
    public static JsonSerializerOptions Format { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        MaxDepth = 16,
    };

    /// <summary>What a snapshot has for others.</summary>
    public static SharedRegistry Of(RegistrySnapshot snapshot, string cluster, string network)
    {
        var own = snapshot.Exported ?? snapshot;
        var shared = from host in own.Services.Keys.Order(StringComparer.Ordinal)
                     from service in own.Candidates(host)
                     where IsShared(service)
                     select Of(service, own.EndpointsOf(service));
        return new SharedRegistry { Cluster = cluster, Network = network, Services = [.. shared], Gateways = own.Gateways };
    }

    /// <summary>As a registry of this control plane.</summary>
    public RegistryAnswer ToAnswer() => new([.. Services.Select(ToDraft)]) { Gateways = [.. Gateways.Select(gateway => gateway with { Cluster = gateway.Cluster.Length > 0 ? gateway.Cluster : Cluster })] };

    // Names that every client resolves for itself, and what is outside of the mesh, is configuration, which each control plane has of its own.
    private static bool IsShared(Service service) => service is { Resolution: ServiceResolution.Static, IsExternal: false } && !service.ExportTo.Contains("~");

    private static SharedService Of(Service service, ImmutableArray<ServiceEndpoint> endpoints) => new()
    {
        Hostname = service.Hostname,
        Namespace = service.Namespace,
        Name = service.Name,
        Ports = service.Ports,
        ExportTo = service.ExportTo,
        SubjectAltNames = service.SubjectAltNames,
        SessionCookie = service.SessionCookie,
        CreationTimestamp = service.CreationTimestamp,
        Endpoints = [.. endpoints.Select(Of)],
    };

    private static SharedEndpoint Of(ServiceEndpoint endpoint) => new()
    {
        Address = endpoint.Address,
        AdditionalAddresses = endpoint.AdditionalAddresses.IsEmpty ? null : endpoint.AdditionalAddresses,
        Port = endpoint.Port,
        PortName = endpoint.ServicePortName,
        Labels = endpoint.Labels.IsEmpty ? null : endpoint.Labels,
        Namespace = endpoint.Namespace,
        Workload = endpoint.WorkloadName,
        Owner = endpoint.Owner,
        ServiceAccount = endpoint.ServiceAccount,
        Locality = endpoint.Locality,
        Weight = endpoint.Weight,
        State = endpoint.State,
        Cluster = endpoint.Cluster,
        Network = endpoint.Network,
    };

    private ServiceDraft ToDraft(SharedService shared)
    {
        var service = new Service
        {
            Hostname = shared.Hostname.ToLowerInvariant(),
            Namespace = shared.Namespace,
            Name = shared.Name,
            Ports = Or(shared.Ports),
            ExportTo = Or(shared.ExportTo),
            SubjectAltNames = Or(shared.SubjectAltNames),
            SessionCookie = shared.SessionCookie,
            CreationTimestamp = shared.CreationTimestamp,
            Resolution = ServiceResolution.Static,
        };
        return new ServiceDraft(service, [.. Or(shared.Endpoints).Select(ToEndpoint)]);
    }

    private ServiceEndpoint ToEndpoint(SharedEndpoint shared) => new()
    {
        Address = shared.Address,
        AdditionalAddresses = [.. shared.AdditionalAddresses ?? []],
        Port = shared.Port,
        ServicePortName = shared.PortName,
        Labels = shared.Labels?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty,
        Namespace = shared.Namespace,
        WorkloadName = shared.Workload,
        Owner = shared.Owner,
        ServiceAccount = shared.ServiceAccount,
        Locality = shared.Locality,
        Weight = Math.Max(1, shared.Weight),
        State = shared.State,
        Cluster = shared.Cluster.Length > 0 ? shared.Cluster : Cluster,
        Network = shared.Network.Length > 0 ? shared.Network : Network,
    };

    private static ImmutableArray<T> Or<T>(ImmutableArray<T> items) => items.IsDefault ? [] : items;
}
