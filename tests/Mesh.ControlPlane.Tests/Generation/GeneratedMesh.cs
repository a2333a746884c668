using Google.Protobuf;
using Mesh.ControlPlane.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Extensions.Telemetry;
using Mesh.Protocol.Xds;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>A mesh of resources and processes, and what is generated from it.</summary>
internal sealed class GeneratedMesh
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryConfigStore _store;
    private readonly List<WorkloadInstance> _instances = [];

    public GeneratedMesh(params string[] yaml)
    {
        _store = new MemoryConfigStore(_time);
        foreach (var text in yaml)
        {
            Apply(text);
        }
    }

    public static ClientView MeshClient { get; } = new(ClientKind.MeshClient, "default", "default.svc.cluster.local", "app=productpage,version=v1", "");

    public static ClientView Grpc { get; } = MeshClient with { Kind = ClientKind.ProxylessGrpc };

    public LogCollector Logs { get; } = new();

    public ResourceGenerator Generator => field ??= new ResourceGenerator(new LoggerFactory([Logs]).CreateLogger<ResourceGenerator>());

    public MeshState State
    {
        get
        {
            var config = _store.Current;
            return new MeshState(config.Version, config, new RegistryBuilder("cluster.local").Build(config.Version, config, _instances));
        }
    }

    /// <summary>What is applied later is younger.</summary>
    public GeneratedMesh Apply(string yaml)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.Apply(yaml);
        return this;
    }

    public GeneratedMesh With(params WorkloadInstance[] instances)
    {
        _instances.AddRange(instances);
        return this;
    }

    public Listener? Listener(string name, ClientView? client = null) => Make(XdsTypeUrl.Listener, name, client, Mesh.Protocol.Envoy.Listener.Listener.Parser);

    public RouteConfiguration? Routes(string name, ClientView? client = null) => Make(XdsTypeUrl.RouteConfiguration, name, client, RouteConfiguration.Parser);

    public Cluster? Cluster(string name, ClientView? client = null) => Make(XdsTypeUrl.Cluster, name, client, Mesh.Protocol.Envoy.Cluster.Cluster.Parser);

    public ClusterLoadAssignment? Endpoints(string name, ClientView? client = null) =>
        Make(XdsTypeUrl.ClusterLoadAssignment, name, client, ClusterLoadAssignment.Parser);

    public WorkloadTelemetry? Telemetry(ClientView? client = null) => Make(XdsTypeUrl.WorkloadTelemetry, "default/productpage-v1", client, WorkloadTelemetry.Parser);

    /// <summary>The routes of Bookinfo's reviews, which most tests give rules to.</summary>
    public IReadOnlyList<Route> ReviewsRoutes(ClientView? client = null) => ReviewsHost(client).Routes;

    public VirtualHost ReviewsHost(ClientView? client = null) => Assert.Single(Routes(Bookinfo.ReviewsRoutes, client)!.VirtualHosts);

    private TMessage? Make<TMessage>(string typeUrl, string name, ClientView? client, MessageParser<TMessage> parser)
        where TMessage : class, IMessage<TMessage> =>
        Generator.Generate(State, client ?? MeshClient, typeUrl, name) is { } made ? parser.ParseFrom(made.Payload) : null;
}
