using System.Globalization;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Stores;
using Mesh.Protocol.Xds;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What is remembered from an earlier state is what would be made of the newest, whatever has changed in between.</summary>
public sealed class ResourceStampsTests
{
    private const int Services = 4;
    private const int Steps = 80;

    private static readonly string[] OutboundTypes = [XdsTypeUrl.RouteConfiguration, XdsTypeUrl.Cluster, XdsTypeUrl.ClusterLoadAssignment];
    private static readonly ClientView[] Clients = [GeneratedMesh.MeshClient, GeneratedMesh.Grpc, GeneratedMesh.MeshClient with { Namespace = "other", DnsDomain = "other.svc.cluster.local" }];

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryConfigStore _store;
    private readonly ResourceGenerator _generator = new(NullLogger<ResourceGenerator>.Instance);
    private readonly RegistryBuilder _registry = new("cluster.local");
    private MeshState _state = MeshState.Empty;

    public ResourceStampsTests() => _store = new MemoryConfigStore(_time);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Generate_AfterAnyChange_RemembersOnlyWhatIsStillTrue(int seed)
    {
        var random = new Random(seed);
        var cached = new CachingResourceGenerator(_generator);
        for (var step = 0; step < Steps; step++)
        {
            Apply(RandomResource(random));
            foreach (var client in Clients)
            {
                foreach (var (type, name) in Names())
                {
                    var expected = _generator.Generate(_state, client, type, name);
                    var actual = cached.Generate(_state, client, type, name);
                    Assert.True(
                        expected?.Version == actual?.Version,
                        string.Create(CultureInfo.InvariantCulture, $"seed {seed}, step {step}: {name} of {type} for {client.Kind} in {client.Namespace} is from an earlier state"));
                }
            }
        }
    }

    [Fact]
    public void Of_AfterAnEndpointMoved_IsNewForItsClusterAndAssignmentAlone()
    {
        Apply(Entry(0, "10.0.0.1"));
        Apply(Entry(1, "10.0.1.1"));
        var before = _state;

        Apply(Entry(1, "10.0.1.2"));

        Assert.True(_state.Version > before.Version);
        Assert.Equal(_state.Version, Stamp(XdsTypeUrl.ClusterLoadAssignment, 1));
        Assert.Equal(_state.Version, Stamp(XdsTypeUrl.Cluster, 1));
        Assert.True(Stamp(XdsTypeUrl.RouteConfiguration, 1) <= before.Version);
        Assert.True(Stamp(XdsTypeUrl.ClusterLoadAssignment, 0) <= before.Version);
        Assert.True(_state.Stamps.Of(_state, XdsTypeUrl.Listener, $"{Host(1)}:80") <= before.Version);
    }

    [Fact]
    public void Of_AfterARuleChanged_IsNewForEverything()
    {
        Apply(Entry(0, "10.0.0.1"));
        Apply(Entry(1, "10.0.1.1"));

        Apply(Rule(1, "v1"));

        Assert.All(OutboundTypes, type => Assert.Equal(_state.Version, Stamp(type, 0)));
    }

    [Fact]
    public void Of_NameThatMeansAServiceIndirectly_IsAlwaysNew()
    {
        Apply(Entry(0, "10.0.0.1"));

        Apply(Entry(0, "10.0.0.2"));

        Assert.Equal(_state.Version, _state.Stamps.Of(_state, XdsTypeUrl.ClusterLoadAssignment, "outbound|80||service-0"));
        Assert.Equal(_state.Version, _state.Stamps.Of(_state, XdsTypeUrl.Listener, "xds.istio.io/grpc/lds/inbound/10.0.0.2:80"));
    }

    private static string Host(int service) => string.Create(CultureInfo.InvariantCulture, $"service-{service}.test");

    private static IEnumerable<(string Type, string Name)> Names() =>
        from service in Enumerable.Range(0, Services)
        from subset in new[] { "", "v1", "v2" }
        from type in OutboundTypes
        select (type, $"outbound|80|{subset}|{Host(service)}");

    private static string RandomResource(Random random)
    {
        var service = random.Next(Services);
        return random.Next(10) switch
        {
            0 => Rule(service, random.Next(2) == 0 ? "v1" : "v2"),
            1 => Route(service, random.Next(Services)),
            2 or 3 => Workload(service, random),
            4 => Entry(service, "10.0.0.9", random.Next(2) == 0 ? "DNS" : "STATIC"),
            5 => Entry(service, "10.0.0.8", labels: "networking.istio.io/traffic: x"),
            _ => Entry(service, string.Create(CultureInfo.InvariantCulture, $"10.0.{service}.{random.Next(1, 5)}")),
        };
    }

    private static string Entry(int service, string address, string resolution = "STATIC", string? labels = null) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: service-{{service}}, namespace: default, labels: { {{labels}} } }
        spec:
          hosts: [{{Host(service)}}]
          location: MESH_INTERNAL
          resolution: {{resolution}}
          ports: [{ number: 80, name: http, protocol: HTTP }]
          endpoints:
          - { address: {{address}}, labels: { version: v1 }, serviceAccount: account-{{address[^1]}} }
          - { address: 10.9.9.9, labels: { version: v2 } }
        """;

    private static string Workload(int service, Random random) => $$"""
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: { name: workload-{{random.Next(3)}}, namespace: default, labels: { app: service-{{service}} } }
        spec: { address: 10.1.0.{{random.Next(1, 9)}} }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: service-{{service}}, namespace: default }
        spec:
          hosts: [{{Host(service)}}]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{ number: 80, name: http, protocol: HTTP }]
          workloadSelector: { labels: { app: service-{{service}} } }
        """;

    private static string Rule(int service, string subset) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: service-{{service}}, namespace: default }
        spec:
          host: {{Host(service)}}
          subsets: [{ name: {{subset}}, labels: { version: {{subset}} } }]
        """;

    private static string Route(int service, int target) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: service-{{service}}, namespace: default }
        spec:
          hosts: [{{Host(service)}}]
          http: [{ route: [{ destination: { host: {{Host(target)}} } }] }]
        """;

    private void Apply(string yaml)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.Apply(yaml);
        ConfigSnapshot config = _store.Current;
        var next = new MeshState(_state.Version + 1, config, _registry.Build(config.Version, config, []));
        _state = next with { Stamps = _state.Stamps.After(_state, next) };
    }

    private long Stamp(string type, int service) => _state.Stamps.Of(_state, type, $"outbound|80||{Host(service)}");
}
