using System.Collections.Frozen;
using System.Collections.Immutable;
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
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Transport;
using Mesh.Client.Tests.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Pipeline;

/// <summary>The data plane over hand-made snapshots: a real pipeline without a control plane.</summary>
internal sealed class OutboundHarness : IDestinationSubscriber, IDisposable
{
    private readonly Dictionary<Authority, Destination> _destinations = [];
    private long _generation;

    public OutboundHarness(
        IEndpointHandlerFactory? handlers = null,
        OutboundTrafficPolicy policy = OutboundTrafficPolicy.AllowAny,
        TimeProvider? time = null,
        Random? random = null,
        bool allowFaultHeaders = false,
        IWorkloadIdentity? identity = null,
        TimeSpan? maxAge = null,
        ILoggerFactory? loggers = null,
        params ICallSink[] sinks)
    {
        var clock = time ?? TimeProvider.System;
        var choices = random ?? new Random(11);
        Pools = TestPools.Create(handlers, clock, identity, maxAge, loggers);
        var health = new HealthServices(clock, choices, new HealthEvents(clock, NullLogger<HealthEvents>.Instance), new HealthProber());
        var facts = new ProcessFacts("host-1", name => name == "POD_NAME" ? "pod-1" : null, clock);
        Directory = new DestinationDirectory(new OutboundStateCompiler(Pools, health, choices, clock, facts), this, TimeSpan.FromSeconds(2), clock);
        Faults = new FaultInjector(choices);
        var tools = new RetryTools(clock, choices, RetryTools.DefaultReplayLimit);
        var attempts = new AttemptHandler(new DeadlinePool(clock), tools);
        Mirrors = new MirrorSender(attempts, clock, NullLogger<MirrorSender>.Instance);
        Pipeline = new OutboundPipeline(
            Directory,
            new UnknownDestinationHandler(policy),
            new FaultStage(Faults, allowFaultHeaders, clock),
            new MirrorStage(Mirrors, choices),
            attempts,
            new HedgingHandler(attempts, tools),
            choices,
            reporter: CallReporter.Create(sinks, clock));
        Handlers = new MeshHandlerFactory(Pipeline);
        Invoker = new HttpMessageInvoker(Handlers.CreateHandler());
    }

    public EndpointPoolStore Pools { get; }

    public DestinationDirectory Directory { get; }

    public FaultInjector Faults { get; }

    public MirrorSender Mirrors { get; }

    public OutboundPipeline Pipeline { get; }

    public MeshHandlerFactory Handlers { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>Authorities that were asked for, in order.</summary>
    public List<Authority> Subscribed { get; } = [];

    /// <summary>Runs when an authority is asked for.</summary>
    public Action<Authority>? OnSubscribe { get; set; }

    public void Subscribe(Authority authority)
    {
        Subscribed.Add(authority);
        OnSubscribe?.Invoke(authority);
    }

    /// <summary>Runs when a cluster is asked for that no route names.</summary>
    public Action<Authority, string>? OnSubscribeCluster { get; set; }

    public void SubscribeCluster(Authority authority, string cluster) => OnSubscribeCluster?.Invoke(authority, cluster);

    /// <summary>Puts a destination with these routes in force; every cluster holds the endpoints that its name is given.</summary>
    public OutboundHarness Route(string host, ImmutableArray<Route> routes, params (string Cluster, int[] Ports)[] clusters) =>
        Publish(new Destination
        {
            Authority = new Authority(host, 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost(host, [host], routes),
            Clusters = clusters.ToFrozenDictionary(cluster => cluster.Cluster, cluster => Cluster(cluster.Cluster, cluster.Ports)),
        });

    /// <summary>One cluster behind everything.</summary>
    public OutboundHarness Forward(string host, params int[] ports) => Route(host, [To("one")], ("one", ports));

    /// <summary>One cluster behind a retry policy; requests say which attempt they are.</summary>
    public OutboundHarness Retry(string host, RetryPolicy policy, TimeSpan? timeout, params int[] ports) => Publish(new Destination
    {
        Authority = new Authority(host, 80),
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost(host, [host], [new Route("one", Any, new ForwardAction { Clusters = [new("one", 1)], Retry = policy, Timeout = timeout })])
        {
            CountsAttempts = true,
        },
        Clusters = new Dictionary<string, Cluster> { ["one"] = Cluster("one", ports) }.ToFrozenDictionary(),
    });

    /// <summary>Puts another cluster in the place of the only one of a host.</summary>
    public OutboundHarness Amend(string host, Cluster cluster) => Publish(_destinations[new Authority(host, 80)] with
    {
        Clusters = new Dictionary<string, Cluster> { [cluster.Name] = cluster }.ToFrozenDictionary(),
    });

    public OutboundHarness Answer(string host, DestinationStatus status, string? reason = null, int port = 80) =>
        Publish(new Destination { Authority = new Authority(host, port), Status = status, Reason = reason });

    public OutboundHarness Publish(Destination destination)
    {
        _destinations[destination.Authority] = destination;
        Directory.Publish(new MeshSnapshot(++_generation, _destinations.ToFrozenDictionary()));
        return this;
    }

    public Task<HttpResponseMessage> GetAsync(string uri, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        change?.Invoke(request);
        return Invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Invoker.Dispose();
        Handlers.Dispose();
        Directory.Dispose();
        Pools.Dispose();
    }

    public static Cluster Cluster(string name, params int[] ports) => new()
    {
        Name = name,
        Endpoints = new EndpointSet(
        [
            new LocalityEndpoints(Locality.None, 0, 1, [.. ports.Select(port => new Endpoint(new EndpointAddress("127.0.0.1", port), 1, EndpointHealth.Healthy))]),
        ]),
    };

    public static Route To(string cluster, RouteMatch? match = null, TimeSpan? timeout = null) =>
        new(cluster, match ?? Any, new ForwardAction { Clusters = [new WeightedCluster(cluster, 1)], Timeout = timeout });

    public static RouteMatch Any { get; } = new() { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) };

    public static RouteMatch WithHeader(string name, string value) => Any with
    {
        Headers = [new HeaderMatch(name, HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false) }],
    };
}
