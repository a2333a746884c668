using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What Telemetry resources come to for a workload, with Istio's precedence.</summary>
public sealed class TelemetryTests
{
    private static readonly ClientView Elsewhere = GeneratedMesh.MeshClient with { Namespace = "other" };

    [Fact]
    public void Generate_WithoutResources_ChangesNothing()
    {
        var telemetry = new GeneratedMesh().Telemetry()!;

        Assert.Equal("default/productpage-v1", telemetry.Name);
        Assert.Equal(new Metrics(), telemetry.Metrics);
    }

    [Fact]
    public void Generate_ForGrpcsOwnClients_IsNothing() => Assert.Null(new GeneratedMesh().Telemetry(GeneratedMesh.Grpc));

    [Fact]
    public void Overrides_OfAllLevels_AddUpLabelByLabel()
    {
        var mesh = new GeneratedMesh(
            Resource("root", "istio-system", "metrics: [{ overrides: [{ match: { metric: REQUEST_COUNT }, tagOverrides: { a: { value: 'root' }, b: { value: 'root' } } }] }]"),
            Resource("wide", "default", "metrics: [{ overrides: [{ match: { metric: REQUEST_COUNT }, tagOverrides: { b: { value: 'wide' }, c: { value: 'wide' } } }] }]"),
            Resource("mine", "default", "selector: { matchLabels: { app: productpage } }, metrics: [{ overrides: [{ match: { metric: REQUEST_COUNT, mode: SERVER }, tagOverrides: { c: { operation: REMOVE } } }] }]"),
            Resource("foreign", "default", "selector: { matchLabels: { app: other } }, metrics: [{ overrides: [{ disabled: true }] }]"));

        var metrics = mesh.Telemetry()!.Metrics;

        Assert.Equal("REQUEST_COUNT: a=root b=wide c=wide", Text(Assert.Single(metrics.Client)));
        Assert.Equal("REQUEST_COUNT: a=root b=wide -c", Text(Assert.Single(metrics.Server)));
        Assert.Equal("REQUEST_COUNT: a=root b=root", Text(Assert.Single(mesh.Telemetry(Elsewhere)!.Metrics.Client)));
    }

    [Fact]
    public void Override_WithoutAMatch_IsForAllOfIstiosMetricsInBothDirections()
    {
        var metrics = new GeneratedMesh(Resource("root", "istio-system", "metrics: [{ overrides: [{ tagOverrides: { source_app: { operation: REMOVE } } }] }]")).Telemetry()!.Metrics;

        Assert.Equal(10, metrics.Client.Count);
        Assert.Equal(metrics.Client, metrics.Server);
    }

    [Fact]
    public void AllMetrics_DisabledForOneDirection_LeavesTheOther()
    {
        var metrics = new GeneratedMesh(Resource("root", "istio-system", "metrics: [{ overrides: [{ match: { metric: ALL_METRICS, mode: CLIENT }, disabled: true }] }]")).Telemetry()!.Metrics;

        Assert.Equal((10, 0), (metrics.Client.Count(metric => metric.Disabled), metrics.Server.Count));
    }

    [Fact]
    public void AllMetrics_DisabledForTheMesh_AreOnAgainWhereANamespaceSpeaksOfOne()
    {
        var mesh = new GeneratedMesh(
            Resource("root", "istio-system", "metrics: [{ overrides: [{ match: { metric: ALL_METRICS }, disabled: true }] }]"),
            Resource("wide", "default", "metrics: [{ overrides: [{ match: { metric: REQUEST_COUNT }, disabled: false }] }]"));

        Assert.Empty(mesh.Telemetry()!.Metrics.Client);
        Assert.Equal(10, mesh.Telemetry(Elsewhere)!.Metrics.Client.Count);
    }

    [Fact]
    public void CustomMetric_ByItsName_IsTakenOver()
    {
        var metrics = new GeneratedMesh(Resource("root", "istio-system", "metrics: [{ overrides: [{ match: { customMetric: mine }, disabled: true }] }]")).Telemetry()!.Metrics;

        Assert.Equal("mine", Assert.Single(metrics.Client).Metric);
    }

    [Fact]
    public void Providers_OfANarrowerResource_ReplaceThoseOfAWiderOne()
    {
        var mesh = new GeneratedMesh(
            Resource("root", "istio-system", "metrics: [{ providers: [{ name: prometheus }], reportingInterval: 10s }]"),
            Resource("wide", "default", "metrics: [{ providers: [{ name: stackdriver }] }]"));

        Assert.True(mesh.Telemetry()!.Metrics.Disabled);
        Assert.False(mesh.Telemetry(Elsewhere)!.Metrics.Disabled);
        Assert.Equal(10, mesh.Telemetry(Elsewhere)!.Metrics.ReportingInterval.Seconds);
    }

    [Fact]
    public void Resources_OfOneLevel_OnlyTheOldestHolds()
    {
        var mesh = new GeneratedMesh(
            Resource("first", "default", "metrics: [{ overrides: [{ match: { metric: REQUEST_COUNT }, disabled: true }] }]"),
            Resource("second", "default", "metrics: [{ overrides: [{ match: { metric: REQUEST_SIZE }, disabled: true }] }]"));

        Assert.Equal("REQUEST_COUNT", Assert.Single(mesh.Telemetry()!.Metrics.Client).Metric);
    }

    [Fact]
    public void Cluster_ForOurOwnClients_NamesItsService()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services);

        var service = mesh.Cluster(Bookinfo.ReviewsRoutes)!.Metadata.FilterMetadata["istio"].Fields["services"].ListValue.Values[0].StructValue.Fields;

        Assert.Equal((Bookinfo.Reviews, "reviews", "default"), (service["host"].StringValue, service["name"].StringValue, service["namespace"].StringValue));
        Assert.Null(mesh.Cluster(Bookinfo.ReviewsRoutes, GeneratedMesh.Grpc)!.Metadata);
    }

    [Fact]
    public void Endpoint_OfAProcessWithAnOwner_NamesTheOwnerAsItsWorkload()
    {
        var mesh = new GeneratedMesh(Bookinfo.Services).With(Bookinfo.Process("reviews", "v1", 40001) with { WorkloadName = "reviews-v1-x7bq2", Owner = "reviews-v1" });

        var fields = mesh.Endpoints(Bookinfo.ReviewsRoutes)!.Endpoints[0].LbEndpoints[0].Metadata.FilterMetadata["istio"].Fields;

        Assert.Equal(("reviews-v1;default;reviews;v1;", "reviews", "v1"), (fields["workload"].StringValue, fields["app"].StringValue, fields["version"].StringValue));
    }

    private static string Text(MetricOverride metric) =>
        $"{metric.Metric}: {string.Join(' ', metric.Tags.Select(tag => tag.Remove ? $"-{tag.Name}" : $"{tag.Name}={tag.Expression}"))}";

    private static string Resource(string name, string @namespace, string spec) => $$"""
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: { name: {{name}}, namespace: {{@namespace}} }
        spec: { {{spec}} }
        """;
}
