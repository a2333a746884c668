using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Client.Hosting.Configuration;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Xds;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Hosting.Registration;

/// <summary>Tells the xDS client where the control plane is now and who this process is; read anew before every connection.</summary>
/// <remarks>A control plane inside the same process writes <c>Mesh:ControlPlane</c> when it knows its port, so the key is looked up late.</remarks>
internal sealed class MeshBootstrap(
    Workload workload, CertificateProviders certificates, WorkloadIdentity identity, IdentitySources sources, IServiceProvider services)
{
    private const string DefaultControlPlane = "http://127.0.0.1:15010";

    /// <summary>
    /// istiod's name for a workload's own certificate. The mesh answers for it, not a plugin of the bootstrap: a cluster that names it must
    /// be taken, since a NACK would leave an older, plaintext one in force.
    /// </summary>
    private const string OwnIdentity = "default";

    /// <summary>istiod's name for the roots of the mesh.</summary>
    private const string OwnRoots = "ROOTCA";

    /// <summary>istiod's name for the listeners of gRPC servers.</summary>
    private const string IstioServerListener = "xds.istio.io/grpc/lds/inbound/%s";

    private const string BootstrapFileKey = "GRPC_XDS_BOOTSTRAP";
    private const string BootstrapTextKey = "GRPC_XDS_BOOTSTRAP_CONFIG";

    private Locality OwnLocality => Locality.Parse(workload.Options.Locality) ?? Locality.None;

    public XdsBootstrap Read()
    {
        var addresses = ReadAddresses();
        if (addresses.Count == 0 && ReadGrpcBootstrap() is { } json)
        {
            var bootstrap = XdsBootstrap.Parse(json);
            Provide(bootstrap.CertificateFiles);
            sources.Choose([.. bootstrap.Servers.Select(server => server.Address)], bootstrap.CertificateFiles.GetValueOrDefault(OwnIdentity));
            return bootstrap with { Node = Merge(bootstrap.Node), CertificateProviders = bootstrap.CertificateProviders.Add(OwnIdentity) };
        }

        var servers = (addresses.Count > 0 ? addresses : [DefaultControlPlane]).Select(address => new XdsServer(new Uri(address))).ToArray();
        Provide(ImmutableDictionary<string, CertificateFiles>.Empty);
        return new XdsBootstrap([.. servers], new XdsNode(workload.NodeId) { Cluster = workload.Options.Service!, Locality = OwnLocality, Metadata = Describe() })
        {
            CertificateProviders = [OwnIdentity, OwnRoots],
            FollowsTrust = sources.Choose([.. servers.Select(server => server.Address)], bootstrapFiles: null),
            ServerListenerNameTemplate = IstioServerListener,
            // The same with every start, so that what a process left for the next one is found again.
            TelemetryName = $"{workload.Options.Namespace}/{workload.Owner}",
        };
    }

    /// <summary>The identity of this process answers for its two names, unless the bootstrap has files for them.</summary>
    private void Provide(ImmutableDictionary<string, CertificateFiles> files)
    {
        var own = new IdentityCertificateProvider(identity);
        certificates.Replace(ImmutableDictionary.Create<string, ICertificateProvider>(StringComparer.Ordinal)
            .Add(OwnIdentity, own)
            .Add(OwnRoots, own)
            .SetItems(files.Select(named => KeyValuePair.Create(named.Key, (ICertificateProvider)new FileCertificateProvider(named.Key, named.Value)))));
    }

    private IReadOnlyList<string> ReadAddresses() =>
        services.GetService<IConfiguration>() is { } configuration && ControlPlaneAddresses.Read(configuration) is { Count: > 0 } configured
            ? configured
            : [.. workload.Options.ControlPlane];

    private string? ReadGrpcBootstrap() =>
        services.GetService<IConfiguration>() is not { } configuration ? null
        : configuration[BootstrapFileKey] is { Length: > 0 } file ? File.ReadAllText(file)
        : configuration[BootstrapTextKey] is { Length: > 0 } text ? text
        : null;

    /// <summary>The bootstrap's own words go first; what it leaves open is filled from the options.</summary>
    private XdsNode Merge(XdsNode node)
    {
        var metadata = Describe();
        foreach (var (key, value) in node.Metadata)
        {
            metadata[key] = value?.DeepClone();
        }

        return node with
        {
            Id = node.Id.Length > 0 ? node.Id : workload.NodeId,
            Cluster = node.Cluster.Length > 0 ? node.Cluster : workload.Options.Service!,
            Locality = node.Locality == Locality.None ? OwnLocality : node.Locality,
            Metadata = metadata,
        };
    }

    private JsonObject Describe()
    {
        var labels = new JsonObject();
        foreach (var (name, value) in workload.Options.Labels)
        {
            labels[name] = JsonValue.Create(value);
        }

        var metadata = new JsonObject
        {
            // istiod's proxyless form (istio.io, proxyless gRPC).
            [NodeMetadataKeys.Generator] = JsonValue.Create("grpc"),
            [NodeMetadataKeys.Namespace] = JsonValue.Create(workload.Options.Namespace),
            [NodeMetadataKeys.ServiceAccount] = JsonValue.Create(workload.Options.ServiceAccount),
            [NodeMetadataKeys.WorkloadName] = JsonValue.Create(workload.Name),
            [NodeMetadataKeys.Owner] = JsonValue.Create($"kubernetes://apis/apps/v1/namespaces/{workload.Options.Namespace}/deployments/{workload.Owner}"),
            [NodeMetadataKeys.InstanceIps] = JsonValue.Create(string.Join(',', workload.AdditionalAddresses.Prepend(workload.Address))),
            [NodeMetadataKeys.Labels] = labels,
        };
        AddIfSaid(metadata, NodeMetadataKeys.AutoRegisterGroup, workload.Options.Group);
        AddIfSaid(metadata, NodeMetadataKeys.Network, workload.Options.Network);
        return metadata;
    }

    // istiod's agents take what ISTIO_META_ says of a node.
    private void AddIfSaid(JsonObject metadata, string key, string? option)
    {
        if ((option ?? services.GetService<IConfiguration>()?[$"ISTIO_META_{key}"]) is { Length: > 0 } said)
        {
            metadata[key] = JsonValue.Create(said);
        }
    }
}
