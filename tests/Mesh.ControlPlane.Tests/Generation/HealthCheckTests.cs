using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Type;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>Annotation mesh.dev/health-check: from the manifest to CDS.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public void Generate_HttpCheck_IsEnvoysMessageWithDefaults()
    {
        var mesh = Mesh("""{"http":{"path":"/health"}}""");

        var check = Assert.Single(mesh.Cluster(Bookinfo.ReviewsRoutes)!.HealthChecks);
        Assert.Equal((10L, 1L, 3u, 2u), (check.Interval.Seconds, check.Timeout.Seconds, check.UnhealthyThreshold!.Value, check.HealthyThreshold!.Value));
        Assert.Equal(("/health", Bookinfo.Reviews, RequestMethod.Get, CodecClientType.Http1), (check.HttpHealthCheck.Path, check.HttpHealthCheck.Host, check.HttpHealthCheck.Method, check.HttpHealthCheck.CodecClientType));
        Assert.Empty(mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.HealthChecks);
    }

    [Fact]
    public void Generate_EveryField_IsTranslated()
    {
        var check = Assert.Single(Mesh("""
            {"http":{"path":"/h","host":"other","method":"HEAD","expectedStatuses":[{"start":200,"end":300}],"retriableStatuses":[{"start":500,"end":502}],"headers":{"x-a":"b"}},
            "interval":"5s","timeout":"2s","unhealthyThreshold":4,"healthyThreshold":1,"initialJitter":"100ms","intervalJitter":"1s","noTrafficInterval":"30s","unhealthyInterval":"2s"}
            """).Cluster(Bookinfo.ReviewsRoutes)!.HealthChecks);

        Assert.Equal(
            (5L, 2L, 4u, 1u, 100_000_000, 1L, 30L, 2L),
            (check.Interval.Seconds, check.Timeout.Seconds, check.UnhealthyThreshold!.Value, check.HealthyThreshold!.Value, check.InitialJitter.Nanos, check.IntervalJitter.Seconds, check.NoTrafficInterval.Seconds, check.UnhealthyInterval.Seconds));
        var http = check.HttpHealthCheck;
        Assert.Equal(("/h", "other", RequestMethod.Head), (http.Path, http.Host, http.Method));
        Assert.Equal(new Int64Range { Start = 200, End = 300 }, Assert.Single(http.ExpectedStatuses));
        Assert.Equal(new Int64Range { Start = 500, End = 502 }, Assert.Single(http.RetriableStatuses));
        Assert.Equal(new HeaderValue { Key = "x-a", Value = "b" }, Assert.Single(http.RequestHeadersToAdd).Header);
    }

    [Fact]
    public void Generate_GrpcAndTcpCheck_AreTranslated()
    {
        var grpc = Assert.Single(Mesh("""{"grpc":{"service":"reviews.v1"}}""").Cluster(Bookinfo.ReviewsRoutes)!.HealthChecks);
        var tcp = Assert.Single(Mesh("tcp: {}").Cluster(Bookinfo.ReviewsRoutes)!.HealthChecks);

        Assert.Equal(("reviews.v1", Bookinfo.Reviews), (grpc.GrpcHealthCheck.ServiceName, grpc.GrpcHealthCheck.Authority));
        Assert.Equal(HealthCheck.HealthCheckerOneofCase.TcpHealthCheck, tcp.HealthCheckerCase);
    }

    [Fact]
    public void Generate_ServiceEntryAnnotation_HoldsForItsHosts()
    {
        var mesh = new GeneratedMesh("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: db, annotations: { mesh.dev/health-check: '{"tcp":{}}' } }
            spec:
              hosts: [db.example.com]
              ports: [{ number: 80, name: http, protocol: HTTP }]
              resolution: STATIC
              endpoints: [{ address: 10.0.0.1 }]
            """);

        Assert.Single(mesh.Cluster("outbound|80||db.example.com")!.HealthChecks);
    }

    [Theory]
    [InlineData("""{"http":{"pth":"/"}}""", "metadata.annotations[mesh.dev/health-check].http.pth", "unknown field \"pth\"")]
    [InlineData("""{"http":{}}""", "metadata.annotations[mesh.dev/health-check].http.path", "a path that starts with / is required")]
    [InlineData("""{"interval":"5s"}""", "metadata.annotations[mesh.dev/health-check]", "one of http, grpc and tcp is required")]
    [InlineData("""{"tcp":{},"grpc":{}}""", "metadata.annotations[mesh.dev/health-check].grpc", "only one of")]
    [InlineData("""{"tcp":{},"interval":5}""", "metadata.annotations[mesh.dev/health-check].interval", "did you mean 5s?")]
    [InlineData("""{"tcp":{},"interval":"0s"}""", "metadata.annotations[mesh.dev/health-check].interval", "at least 1ms")]
    [InlineData("""{"tcp":{},"unhealthyThreshold":0}""", "metadata.annotations[mesh.dev/health-check].unhealthyThreshold", "must be at least 1")]
    [InlineData("""{"http":{"path":"/","method":"CONNECT"}}""", "metadata.annotations[mesh.dev/health-check].http.method", "is not one of")]
    [InlineData("""{"http":{"path":"/","expectedStatuses":[{"start":300,"end":200}]}}""", "metadata.annotations[mesh.dev/health-check].http.expectedStatuses[0]", "must be a range")]
    [InlineData("""{"http":""", "metadata.annotations[mesh.dev/health-check]", "not readable as JSON or YAML")]
    [InlineData("hello", "metadata.annotations[mesh.dev/health-check]", "expected a mapping")]
    public void Admit_WrongAnnotation_NamesThePath(string annotation, string path, string message)
    {
        var error = Assert.Single(Manifest.Read(Rule(annotation)).Errors);

        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Admit_OnAnotherKind_Warns()
    {
        var yaml = Manifest.Route("a").Replace("  name: a", "  name: a\n  annotations: { mesh.dev/health-check: '{}' }", StringComparison.Ordinal);

        Assert.Contains("has no effect on a VirtualService", Assert.Single(Manifest.Warnings(yaml)), StringComparison.Ordinal);
    }

    private static GeneratedMesh Mesh(string annotation) => new(Bookinfo.Services, Rule(annotation));

    private static string Rule(string annotation) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: reviews
          annotations:
            mesh.dev/health-check: '{{annotation.ReplaceLineEndings(" ")}}'
        spec:
          host: reviews
        """;
}
