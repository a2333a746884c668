using System.Collections.Frozen;
using Mesh.Client;
using Mesh.Client.Faults;
using Mesh.Client.Health;
using Mesh.Client.Hosting.HttpClients;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Client.Pipeline;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Attempts;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Faults;
using Mesh.Client.Pipeline.HealthChecks;
using Mesh.Client.Pipeline.Mirrors;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Benchmarks;

/// <summary>The real data plane over a snapshot made by hand: two routes with header matches, then a 90/10 split.</summary>
internal sealed class HandMadeMesh : IDestinationSubscriber, IDisposable
{
    private readonly EndpointPoolStore _pools =
        new(new SocketsEndpointHandlerFactory(), new TlsClients(new CertificateProviders(), TimeProvider.System, NullLogger<TlsClients>.Instance), TimeProvider.System, NullLogger<EndpointPoolStore>.Instance);

    private readonly MeshHandlerFactory _handlers;

    public HandMadeMesh(Authority authority, EndpointAddress address)
    {
        var health = new HealthServices(TimeProvider.System, Random.Shared, new HealthEvents(TimeProvider.System, NullLogger<HealthEvents>.Instance), new HealthProber());
        var facts = new ProcessFacts("benchmark", _ => null, TimeProvider.System);
        var directory = new DestinationDirectory(new OutboundStateCompiler(_pools, health, Random.Shared, TimeProvider.System, facts), this, TimeSpan.FromSeconds(2), TimeProvider.System);
        var attempts = new AttemptHandler(new DeadlinePool(TimeProvider.System), new RetryTools(TimeProvider.System, Random.Shared, RetryTools.DefaultReplayLimit));
        directory.Publish(new MeshSnapshot(1, new[] { KeyValuePair.Create(authority, Describe(authority, address)) }.ToFrozenDictionary()));
        _handlers = new MeshHandlerFactory(new OutboundPipeline(
            directory,
            new UnknownDestinationHandler(OutboundTrafficPolicy.AllowAny),
            new FaultStage(new FaultInjector(Random.Shared), allowHeaders: false, TimeProvider.System),
            new MirrorStage(new MirrorSender(attempts, TimeProvider.System, NullLogger<MirrorSender>.Instance), Random.Shared),
            attempts,
            Random.Shared));
    }

    /// <summary>What an <c>IHttpClientFactory</c> client ends in: the mesh in place of a default primary handler, redirects followed as that one would.</summary>
    public HttpMessageHandler CreateHandler() => _handlers.CreateHandler(new SocketsHttpHandler());

    public void Subscribe(Authority authority)
    {
    }

    public void Dispose()
    {
        _handlers.Dispose();
        _pools.Dispose();
    }

    public static VirtualHost Routes(string host) => new(host, [host],
    [
        new Route("jason", WithHeader("end-user", "jason"), new ForwardAction { Clusters = [new WeightedCluster("v2", 1)] }),
        new Route("lane", WithHeader("x-lane", "blue"), new ForwardAction { Clusters = [new WeightedCluster("v2", 1)] }),
        new Route("split", Any, new ForwardAction { Clusters = [new WeightedCluster("v1", 90), new WeightedCluster("v2", 10)] }),
    ]);

    private static RouteMatch Any { get; } = new() { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) };

    private static RouteMatch WithHeader(string name, string value) => Any with
    {
        Headers = [new HeaderMatch(name, HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false) }],
    };

    private static Destination Describe(Authority authority, EndpointAddress address) => new()
    {
        Authority = authority,
        Status = DestinationStatus.Routed,
        VirtualHost = Routes(authority.Host),
        Clusters = new[] { "v1", "v2" }.ToFrozenDictionary(name => name, name => new Cluster
        {
            Name = name,
            Policy = new ClusterPolicy { LoadBalancing = new LoadBalancingPolicy(LoadBalancingKind.LeastRequest) },
            Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [new Endpoint(address, 1, EndpointHealth.Healthy)])]),
        }),
    };
}
