using Google.Protobuf;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class RouteGeneratorTests
{
    private const string ToReviews = "route: [{ destination: { host: reviews } }]";

    [Fact]
    public void Generate_ServiceWithoutVirtualService_HasOneRouteToIt()
    {
        var host = new GeneratedMesh(Bookinfo.Services).ReviewsHost();

        var route = Assert.Single(host.Routes);
        Assert.Equal(("default", "/", Bookinfo.ReviewsRoutes), (route.Name, route.Match.Prefix, route.Route_.Cluster));
        Assert.Equal(2u, route.Route_.RetryPolicy.NumRetries);
        Assert.Equal(0, route.Route_.Timeout.Seconds);
        Assert.Equal($"{Bookinfo.Reviews}:9080", host.Name);
    }

    [Fact]
    public void Generate_Domains_HoldEveryWayToWriteTheNameWithAndWithoutPort()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services);

        var near = mesh.ReviewsHost().Domains;
        var far = mesh.ReviewsHost(GeneratedMesh.MeshClient with { Namespace = "other", DnsDomain = "other.svc.cluster.local" }).Domains;

        Assert.Superset(new HashSet<string> { "reviews", "reviews:9080", "reviews.default", "reviews.default.svc:9080", Bookinfo.Reviews, Bookinfo.Reviews + ":9080" }, near.ToHashSet());
        Assert.DoesNotContain("reviews", far);
        Assert.Contains("reviews.default:9080", far);
        Assert.Equal(near.Count, near.Distinct().Count());
    }

    [Fact]
    public void Generate_SeveralMatches_MakeSeveralRoutesUpToTheCatchAll()
    {
        var routes = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($$"""
            [{ name: a, match: [{ name: x, uri: { exact: /1 } }, { uri: { prefix: /2 } }], {{ToReviews}} },
             { name: b, {{ToReviews}} },
             { name: unreachable, {{ToReviews}} }]
            """)).ReviewsRoutes();

        Assert.Equal(["a.x", "a", "b"], routes.Select(route => route.Name));
    }

    [Theory]
    [InlineData("{ host: reviews, subset: v2 }", "outbound|9080|v2|reviews.default.svc.cluster.local")]
    [InlineData("{ host: ratings.default.svc.cluster.local }", "outbound|9080||ratings.default.svc.cluster.local")]
    [InlineData("{ host: ratings, port: { number: 81 } }", "outbound|81||ratings.default.svc.cluster.local")]
    [InlineData("{ host: unknown }", "outbound|9080||unknown.default.svc.cluster.local")]
    public void Generate_Destination_IsNamedAsIstiodDoes(string destination, string cluster)
    {
        var routes = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ route: [{{ destination: {destination} }}] }}]")).ReviewsRoutes();

        Assert.Equal(cluster, routes[0].Route_.Cluster);
    }

    [Fact]
    public void Generate_Weights_AddUpToTheTotalAndDropZero()
    {
        var action = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules("""
            [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 0 }, { destination: { host: reviews, subset: v3 }, weight: 10 }] }]
            """)).ReviewsRoutes()[0].Route_;

        Assert.Equal([("v1", 90u), ("v3", 10u)], action.WeightedClusters.Clusters.Select(cluster => (cluster.Name.Split('|')[2], cluster.Weight!.Value)));
#pragma warning disable CS0612 // What gRPC C-core needs.
        Assert.Equal(100u, action.WeightedClusters.TotalWeight);
#pragma warning restore CS0612
    }

    [Theory]
    [InlineData("timeout: 3s", """{ "timeout": "3s", "maxStreamDuration": { "maxStreamDuration": "3s" } }""")]
    [InlineData("", """{ "timeout": "0s", "maxStreamDuration": { "maxStreamDuration": "0s" } }""")]
    public void Generate_Timeout_IsSaidInBothPlaces(string timeout, string expected)
    {
        var action = FirstAction(timeout);

        var wanted = JsonParser.Default.Parse<RouteAction>(expected);
        Assert.Equal((wanted.Timeout, wanted.MaxStreamDuration), (action.Timeout, action.MaxStreamDuration));
    }

    [Theory]
    [InlineData("attempts: 3", 3u, "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", "")]
    [InlineData("attempts: 1, retryOn: '5xx,503'", 1u, "5xx,retriable-status-codes", "503")]
    [InlineData("attempts: 1, retryOn: 'reset,418,retriable-status-codes'", 1u, "reset,retriable-status-codes", "418")]
    public void Generate_Retries_BecomeAPolicy(string retries, uint count, string retryOn, string codes)
    {
        var policy = FirstAction($"retries: {{ {retries} }}").RetryPolicy;

        Assert.Equal((count, retryOn, codes), (policy.NumRetries!.Value, policy.RetryOn, string.Join(',', policy.RetriableStatusCodes)));
    }

    [Fact]
    public void Generate_RetriesOff_LeavesThePolicyOut() => Assert.Null(FirstAction("retries: { attempts: 0 }").RetryPolicy);

    [Fact]
    public void Generate_RetryDetails_AreCarried()
    {
        var policy = FirstAction("retries: { attempts: 2, perTryTimeout: 250ms, backoff: 1s, retryIgnorePreviousHosts: false, retryRemoteLocalities: true }").RetryPolicy;

        Assert.Equal(250_000_000, policy.PerTryTimeout.Nanos);
        Assert.Equal(1, policy.RetryBackOff.BaseInterval.Seconds);
        Assert.Empty(policy.RetryHostPredicate);
        Assert.Equal("envoy.retry_priorities.previous_priorities", policy.RetryPriority.Name);
    }

    [Theory]
    [InlineData("abort: { httpStatus: 500, percentage: { value: 12.5 } }", """{ "abort": { "httpStatus": 500, "percentage": { "numerator": 125000, "denominator": "MILLION" } } }""")]
    [InlineData("abort: { grpcStatus: DEADLINE_EXCEEDED, percentage: { value: 100 } }", """{ "abort": { "grpcStatus": 4, "percentage": { "numerator": 1000000, "denominator": "MILLION" } } }""")]
    [InlineData("delay: { fixedDelay: 7s, percentage: { value: 100 } }", """{ "delay": { "fixedDelay": "7s", "percentage": { "numerator": 1000000, "denominator": "MILLION" } } }""")]
    public void Generate_Fault_IsConfiguredOnTheRoute(string fault, string expected)
    {
        var route = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ fault: {{ {fault} }}, {ToReviews} }}]")).ReviewsRoutes()[0];

        Assert.Equal(JsonParser.Default.Parse<HTTPFault>(expected), route.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<HTTPFault>());
    }

    [Theory]
    [InlineData("redirect: { uri: /new, redirectCode: 302 }")]
    [InlineData("directResponse: { status: 503, body: { string: closed } }")]
    public void Generate_AnswerByItself_IsForMeshClientOnlyAndFailsAtGrpc(string answer)
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ match: [{{ uri: {{ prefix: /old }} }}], {answer} }}, {{ {ToReviews} }}]"));

        Assert.Null(mesh.ReviewsRoutes()[0].Route_);
        Assert.Equal("BlackHoleCluster", mesh.ReviewsRoutes(GeneratedMesh.Grpc)[0].Route_.Cluster);
        Assert.NotNull(mesh.Cluster("BlackHoleCluster", GeneratedMesh.Grpc));
        Assert.Empty(mesh.Endpoints("BlackHoleCluster", GeneratedMesh.Grpc)!.Endpoints);
        Assert.Single(mesh.Logs.Entries);
    }

    [Fact]
    public void Generate_HeadersRewriteAndMirror_AreSent()
    {
        var route = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules("""
            [{ match: [{ uri: { prefix: /api } }], rewrite: { uri: /v2, authority: other }, mirror: { host: ratings }, mirrorPercentage: { value: 50 },
               headers: { request: { set: { a: "1" }, add: { b: "2" }, remove: [c] }, response: { remove: [d] } }, route: [{ destination: { host: reviews } }] }]
            """)).ReviewsRoutes()[0];

        Assert.Equal(("/v2", "other"), (route.Route_.PrefixRewrite, route.Route_.HostRewriteLiteral));
        var mirror = Assert.Single(route.Route_.RequestMirrorPolicies);
        Assert.Equal(("outbound|9080||ratings.default.svc.cluster.local", 500_000u), (mirror.Cluster, mirror.RuntimeFraction.DefaultValue.Numerator));
        Assert.Equal(["a", "b"], route.RequestHeadersToAdd.Select(header => header.Header.Key));
        Assert.Equal(("c", "d"), (Assert.Single(route.RequestHeadersToRemove), Assert.Single(route.ResponseHeadersToRemove)));
    }

    [Fact]
    public void Generate_Delegate_IsLeftOutAndToldOnce()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ delegate: {{ name: other }} }}, {{ name: rest, {ToReviews} }}]"));

        Assert.Equal("rest", Assert.Single(mesh.ReviewsRoutes()).Name);
        Assert.Equal("rest", Assert.Single(mesh.ReviewsRoutes()).Name);
        Assert.Single(mesh.Logs.Entries);
    }

    [Fact]
    public void Generate_NoRouteThatGrpcCanUse_LeavesTheHostOut()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ match: [{{ queryParams: {{ q: {{ exact: v }} }} }}], {ToReviews} }}]"));

        Assert.Empty(mesh.Routes(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.VirtualHosts);
        Assert.Single(mesh.ReviewsRoutes());
    }

    [Theory]
    [InlineData("outbound|9081||reviews.default.svc.cluster.local")]
    [InlineData("outbound|9080||unknown.default.svc.cluster.local")]
    [InlineData("outbound|9080|v1|reviews.default.svc.cluster.local")]
    [InlineData("inbound|9080||reviews.default.svc.cluster.local")]
    [InlineData("outbound|9080|reviews")]
    [InlineData("outbound|99999||reviews.default.svc.cluster.local")]
    [InlineData("")]
    public void Generate_UnknownName_IsNothing(string name) => Assert.Null(new GeneratedMesh(Bookinfo.Services).Routes(name));

    private static RouteAction FirstAction(string fields) =>
        new GeneratedMesh(Bookinfo.Services, Bookinfo.Rules($"[{{ {(fields.Length > 0 ? fields + "," : "")} {ToReviews} }}]")).ReviewsRoutes()[0].Route_;
}
