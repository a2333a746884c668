using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Bookinfo's own files, and fixtures of the same meaning where they are not at hand.</summary>
public sealed class BookinfoGenerationTests
{
    [Theory]
    [InlineData("virtual-service-all-v1.yaml", "reviews", "/=v1")]
    [InlineData("virtual-service-all-v1.yaml", "ratings", "/=v1")]
    [InlineData("virtual-service-all-v1.yaml", "details", "/=v1")]
    [InlineData("virtual-service-all-v1.yaml", "productpage", "/=v1")]
    [InlineData("virtual-service-details-v2.yaml", "details", "/=v2")]
    [InlineData("virtual-service-ratings-db.yaml", "ratings", "/=v2")]
    [InlineData("virtual-service-ratings-mysql.yaml", "ratings", "/=v2-mysql")]
    [InlineData("virtual-service-ratings-mysql-vm.yaml", "ratings", "/=v2-mysql-vm")]
    [InlineData("virtual-service-ratings-test-abort.yaml", "ratings", "end-user:jason=v1 fault; /=v1")]
    [InlineData("virtual-service-ratings-test-delay.yaml", "ratings", "end-user:jason=v1 fault; /=v1")]
    [InlineData("virtual-service-reviews-50-v3.yaml", "reviews", "/=v1*50+v3*50")]
    [InlineData("virtual-service-reviews-80-20.yaml", "reviews", "/=v1*80+v2*20")]
    [InlineData("virtual-service-reviews-90-10.yaml", "reviews", "/=v1*90+v2*10")]
    [InlineData("virtual-service-reviews-jason-v2-v3.yaml", "reviews", "end-user:jason=v2; /=v3")]
    [InlineData("virtual-service-reviews-test-v2.yaml", "reviews", "end-user:jason=v2; /=v1")]
    [InlineData("virtual-service-reviews-v2-v3.yaml", "reviews", "/=v2*50+v3*50")]
    [InlineData("virtual-service-reviews-v3.yaml", "reviews", "/=v3")]
    [InlineData("fault-injection-details-v1.yaml", "details", "/=v1 fault")]
    public void Generate_UpstreamFile_MakesItsRoutes(string file, string app, string expected)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Upstream("destination-rule-all.yaml"), Upstream(file));

        foreach (var client in new[] { GeneratedMesh.MeshClient, GeneratedMesh.Grpc })
        {
            var routes = Assert.Single(mesh.Routes($"outbound|9080||{app}.default.svc.cluster.local", client)!.VirtualHosts).Routes;
            Assert.Equal(expected, string.Join("; ", routes.Select(Describe)));
        }
    }

    [Theory]
    [InlineData("[{ route: [{ destination: { host: reviews, subset: v1 }, weight: 50 }, { destination: { host: reviews, subset: v3 }, weight: 50 }] }]", "/=v1*50+v3*50")]
    [InlineData("[{ match: [{ headers: { end-user: { exact: jason } } }], route: [{ destination: { host: reviews, subset: v2 } }] }, { route: [{ destination: { host: reviews, subset: v1 } }] }]", "end-user:jason=v2; /=v1")]
    [InlineData("[{ fault: { delay: { fixedDelay: 7s, percentage: { value: 100 } } }, route: [{ destination: { host: reviews, subset: v1 } }] }]", "/=v1 fault")]
    public void Generate_FixtureOfTheSameMeaning_MakesItsRoutes(string http, string expected)
    {
        var routes = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets, Bookinfo.Rules(http)).ReviewsRoutes();

        Assert.Equal(expected, string.Join("; ", routes.Select(Describe)));
    }

    [Fact]
    public void Generate_UpstreamSubsets_FindTheirProcesses()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Upstream("destination-rule-all.yaml")).With(
            Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("reviews", "v2", 40002), Bookinfo.Process("ratings", "v1", 40003));

        foreach (var (name, port) in new[] { ("v1|reviews", 40001u), ("v2|reviews", 40002u), ("v1|ratings", 40003u) })
        {
            var endpoint = Assert.Single(Assert.Single(mesh.Endpoints($"outbound|9080|{name}.default.svc.cluster.local")!.Endpoints).LbEndpoints);
            Assert.Equal(port, endpoint.Endpoint.Address.SocketAddress.PortValue);
        }

        Assert.Empty(mesh.Endpoints($"outbound|9080|v3|{Bookinfo.Reviews}")!.Endpoints);
    }

    [Fact]
    public void Generate_EverythingForGrpc_HoldsWhatAllItsClientsAccept()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets, Demanding).With(
            Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("reviews", "v1", 40001) with { NodeId = "twin" },
            Bookinfo.Process("reviews", "v2", 40002) with { Locality = "eu/a" }, Bookinfo.Process("reviews", "v3", 40003, "localhost"));
        var view = GeneratedMesh.Grpc;

        foreach (var name in mesh.Generator.NamesOf(mesh.State, view, XdsTypeUrl.Listener))
        {
            GrpcRules.Check(mesh.Listener(name, view)!);
        }

        foreach (var name in mesh.Generator.NamesOf(mesh.State, view, XdsTypeUrl.Cluster))
        {
            GrpcRules.Check(mesh.Cluster(name, view)!);
            GrpcRules.Check(mesh.Endpoints(name, view)!);
            if (name.Contains("||", StringComparison.Ordinal))
            {
                GrpcRules.Check(mesh.Routes(name, view)!);
            }
        }
    }

    [Fact]
    public void Generate_ForClientsThatRulesTellApart_Differs()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets, Bookinfo.Rules("""
            [{ match: [{ sourceLabels: { app: productpage } }], route: [{ destination: { host: reviews, subset: v2 } }] }, { route: [{ destination: { host: reviews, subset: v1 } }] }]
            """));

        Assert.Equal("/=v2", Describe(mesh.ReviewsRoutes()[0]));
        Assert.Equal("/=v1", Describe(mesh.ReviewsRoutes(GeneratedMesh.MeshClient with { Labels = "app=details" })[0]));
    }

    /// <summary>Uses whatever one of gRPC's clients is known to refuse.</summary>
    private static string Demanding { get; } = Bookinfo.Rules("""
        [{ match: [{ headers: { x: { regex: "a.*" } }, withoutHeaders: { y: { exact: v } } }], redirect: { uri: /new } },
         { match: [{ queryParams: { q: { exact: v } } }], directResponse: { status: 503 } },
         { match: [{ uri: { prefix: /a } }], retries: { attempts: 0 }, corsPolicy: { allowMethods: [GET] }, route: [{ destination: { host: ratings } }] },
         { route: [{ destination: { host: reviews, subset: v1 }, weight: 7 }, { destination: { host: reviews, subset: v2 }, weight: 3 }, { destination: { host: reviews, subset: v3 }, weight: 0 }] }]
        """) + """

        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: ratings }
        spec: { host: ratings, trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: user } }, outlierDetection: { consecutive5xxErrors: 1 } } }
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: details }
        spec: { host: details, trafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } } }
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: external }
        spec: { hosts: [api.example.com], resolution: DNS, ports: [{ number: 443, name: https, protocol: HTTPS }] }
        """;

    private static string Upstream(string file) => File.ReadAllText(Repository.RequireSharedData("bookinfo", "networking", file));

    private static string Describe(Route route)
    {
#pragma warning disable CS0612 // The form that gRPC gets.
        var header = route.Match.Headers.Select(matcher => $"{matcher.Name}:{matcher.StringMatch?.Exact ?? matcher.ExactMatch}").SingleOrDefault();
#pragma warning restore CS0612
        var target = route.Route_.WeightedClusters is { } weighted
            ? string.Join('+', weighted.Clusters.Select(cluster => $"{SubsetOf(cluster.Name)}*{cluster.Weight}"))
            : SubsetOf(route.Route_.Cluster);
        return $"{header ?? route.Match.Prefix}={target}{(route.TypedPerFilterConfig.Count > 0 ? " fault" : "")}";
    }

    private static string SubsetOf(string cluster) => cluster.Split('|')[2];
}
