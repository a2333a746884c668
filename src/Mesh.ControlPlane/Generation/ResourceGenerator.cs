using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation.Clusters;
using Mesh.ControlPlane.Generation.Endpoints;
using Mesh.ControlPlane.Generation.Gateways;
using Mesh.ControlPlane.Generation.Listeners;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.ControlPlane.Generation.Secrets;
using Mesh.ControlPlane.Generation.Telemetry;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Generation;

/// <summary>Makes the xDS resource of a type and name for a client, by handing the name to the generator of its type.</summary>
internal sealed class ResourceGenerator(
    ILogger<ResourceGenerator> logger,
    string clusterDomain = RegistryBuilder.DefaultClusterDomain,
    string trustDomain = MeshSettings.DefaultTrustDomain) : IResourceGenerator
{
    private readonly GenerationNotices _notices = new(logger);

    /// <summary>Whether clients of gRPC are told to report their load to this server; others are asked on the stream of their reports.</summary>
    public bool TakesLoadReports { get; init; }

    // Derived from the configuration alone, so that remembering it changes no result; goes with the snapshot.
    private readonly ConditionalWeakTable<ConfigSnapshot, ConfigIndex> _indexes = [];

    public GeneratedResource? Generate(MeshState state, ClientView client, string typeUrl, string name)
    {
        var context = ContextOf(state, client);
        IMessage? message = typeUrl switch
        {
            XdsTypeUrl.Listener when client.IsGateway && GatewayListenerName.Parse(name) is { } place => GatewayListenerGenerator.Generate(context, place),
            XdsTypeUrl.RouteConfiguration when client.IsGateway && GatewayRouteGenerator.IsName(name) => GatewayRouteGenerator.Generate(context, name),
            XdsTypeUrl.Listener => ListenerGenerator.Generate(context, name),
            XdsTypeUrl.RouteConfiguration => RouteGenerator.Generate(context, name),
            XdsTypeUrl.Cluster => ClusterGenerator.Generate(context, name),
            XdsTypeUrl.ClusterLoadAssignment => EndpointGenerator.Generate(context, name),
            XdsTypeUrl.Secret => SecretGenerator.Generate(context, name),
            XdsTypeUrl.WorkloadTelemetry => TelemetryGenerator.Generate(context, name),
            _ => null,
        };
        if (message is null)
        {
            return null;
        }

        var payload = message.ToByteString();
        return new GeneratedResource(name, VersionOf(payload), payload) { IsWithoutEndpoints = message is ClusterLoadAssignment { Endpoints.Count: 0 } };
    }

    public IReadOnlyList<string> NamesOf(MeshState state, ClientView client, string typeUrl) => typeUrl switch
    {
        XdsTypeUrl.Listener when client.IsGateway => GatewayListenerGenerator.NamesOf(ContextOf(state, client)),
        XdsTypeUrl.Listener => ListenerNames(ContextOf(state, client)),
        XdsTypeUrl.Cluster => ClusterNames(ContextOf(state, client)),
        _ => [],
    };

    private static ImmutableArray<string> ListenerNames(GenerationContext context) =>
    [
        .. from service in ExportedServices(context)
           from port in PortsOf(service)
           where context.Scope.Imports(service, port)
           select string.Create(CultureInfo.InvariantCulture, $"{service.Hostname}:{port}"),
    ];

    private static ImmutableArray<string> ClusterNames(GenerationContext context) =>
    [
        .. from service in ExportedServices(context)
           where context.Scope.Reaches(service)
           let subsets = DestinationRuleResolver.Resolve(context, service.Hostname, service.Namespace).Subsets.Select(subset => subset.Name)
           from port in PortsOf(service)
           from subset in subsets.Prepend("")
           select new OutboundName(port, subset, service.Hostname).ToString(),
    ];

    // A wildcard host cannot be listed: its concrete names are known to those who call them.
    private static IEnumerable<Service> ExportedServices(GenerationContext context) =>
        context.State.Registry.Services.Keys
            .Where(host => !host.StartsWith('*'))
            .Select(host => HostResolution.OfFullName(context, host)?.Service)
            .OfType<Service>()
            .OrderBy(service => service.Hostname, StringComparer.Ordinal);

    private static IEnumerable<int> PortsOf(Service service) =>
        service.Ports.Where(port => port.Protocol != ServiceProtocol.Udp).Select(port => port.Number).Distinct().Order();

    private static string VersionOf(ByteString payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload.Span, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    private GenerationContext ContextOf(MeshState state, ClientView client) =>
        new(state, client, _indexes.GetValue(state.Config, config => new ConfigIndex(config, clusterDomain, _notices, trustDomain)), _notices) { TakesLoadReports = TakesLoadReports };
}
