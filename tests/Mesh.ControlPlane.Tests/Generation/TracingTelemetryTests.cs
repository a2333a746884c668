using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>What the tracing and access logging of Telemetry resources and of the mesh configuration come to for a workload.</summary>
public sealed class TracingTelemetryTests
{
    private static readonly ClientView Elsewhere = GeneratedMesh.MeshClient with { Namespace = "other" };

    [Fact]
    public void Tracing_WithoutAnything_LeavesEverythingToTheApplication() =>
        Assert.Equal(new Tracing { Client = new TracingSide(), Server = new TracingSide() }, new GeneratedMesh().Telemetry()!.Tracing);

    [Fact]
    public void Tracing_OfAllLevels_TheNarrowestWordOfEachSettingHolds()
    {
        var mesh = new GeneratedMesh(
            Resource("root", "istio-system", "tracing: [{ randomSamplingPercentage: 10, enableIstioTags: false, customTags: { a: { literal: { value: x } } } }]"),
            Resource("wide", "default", "tracing: [{ customTags: { b: { header: { name: end-user, defaultValue: none } }, c: { environment: { name: POD } } }, useRequestIdForTraceSampling: false }]"),
            Resource("mine", "default", "selector: { matchLabels: { app: productpage } }, tracing: [{ match: { mode: CLIENT }, randomSamplingPercentage: 55.5, disableSpanReporting: true }]"));

        var (client, server) = (mesh.Telemetry()!.Tracing.Client, mesh.Telemetry()!.Tracing.Server);

        Assert.Equal((55.5, true, true, true), (client.SamplingPercentage, client.Disabled, client.DisableIstioTags, client.IgnoreRequestId));
        Assert.Equal((10, false, true), (server.SamplingPercentage, server.Disabled, server.DisableIstioTags));
        Assert.Equal(["b", "c"], client.CustomTags.Keys.Order());
        Assert.Equal(new NamedValue { Name = "end-user", DefaultValue = "none" }, client.CustomTags["b"].Header);
        Assert.Equal("x", mesh.Telemetry(Elsewhere)!.Tracing.Client.CustomTags["a"].Literal);
        Assert.False(mesh.Telemetry(Elsewhere)!.Tracing.Client.IgnoreRequestId);
    }

    [Theory]
    [InlineData("defaultProviders: { tracing: [jaeger] }", 1.0)]
    [InlineData("defaultConfig: { tracing: { sampling: 42 } }", 42.0)]
    [InlineData("defaultConfig: { tracing: {} }", 1.0)]
    public void Tracing_OfTheMeshConfiguration_SamplesAsIstioDoes(string config, double expected) =>
        Assert.Equal(expected, new GeneratedMesh(MeshConfig(config)).Telemetry()!.Tracing.Server.SamplingPercentage);

    [Fact]
    public void Tracing_TagsOfTheMeshConfiguration_HoldUntilAResourceHasItsOwn()
    {
        var config = MeshConfig("defaultConfig: { tracing: { sampling: 7, maxPathTagLength: 77, enableIstioTags: false, customTags: { a: { literal: { value: x } }, b: { header: { name: end-user, defaultValue: none } } } } }");

        var alone = new GeneratedMesh(config).Telemetry()!.Tracing.Server;
        var changed = new GeneratedMesh(config, Resource("root", "istio-system", "tracing: [{ randomSamplingPercentage: 9, customTags: { c: { literal: { value: z } } } }]")).Telemetry()!.Tracing.Server;

        Assert.Equal((7, 77u, true), (alone.SamplingPercentage, alone.MaxPathTagLength, alone.DisableIstioTags));
        Assert.Equal(["a", "b"], alone.CustomTags.Keys.Order());
        Assert.Equal(new NamedValue { Name = "end-user", DefaultValue = "none" }, alone.CustomTags["b"].Header);
        Assert.Equal((9, 77u, true), (changed.SamplingPercentage, changed.MaxPathTagLength, changed.DisableIstioTags));
        Assert.Equal(["c"], changed.CustomTags.Keys);
    }

    [Fact]
    public void Tracing_TurnedOff_MakesNoSpans() => Assert.True(new GeneratedMesh(MeshConfig("enableTracing: false")).Telemetry()!.Tracing.Client.Disabled);

    [Fact]
    public void Tracing_ByItsProvider_TellsFormatsAndCollector()
    {
        var config = MeshConfig("extensionProviders: [{ name: zip, zipkin: { service: zipkin.a.svc.cluster.local, port: 9411, maxTagLength: 99 } }, { name: otel, opentelemetry: { service: obs/collector.obs.svc.cluster.local, port: 4318, http: { path: /v1/traces, timeout: 3s } } }]");

        var zipkin = new GeneratedMesh(config, Resource("root", "istio-system", "tracing: [{ providers: [{ name: zip }] }]")).Telemetry()!.Tracing.Client;
        var otel = new GeneratedMesh(config, Resource("root", "istio-system", "tracing: [{ providers: [{ name: otel }], disableContextPropagation: true }]")).Telemetry()!.Tracing.Client;

        Assert.Equal(("zip", true, 99u), (zipkin.Provider, zipkin.B3, zipkin.MaxPathTagLength));
        Assert.Equal(("otel", "collector.obs.svc.cluster.local:4318", true, "/v1/traces"), (otel.Provider, otel.Collector.Authority, otel.Collector.Http, otel.Collector.Path));
        Assert.Equal((false, true), (otel.B3, otel.DisableContextPropagation));
    }

    [Fact]
    public void AccessLogs_WithoutAnything_AreNone() => Assert.Equal(new AccessLogging(), new GeneratedMesh().Telemetry()!.AccessLogging);

    [Theory]
    [InlineData("accessLogFile: /dev/stdout", "envoy:/dev/stdout:")]
    [InlineData("accessLogFile: /var/log/a.log, accessLogFormat: 'x %RESPONSE_CODE%'", "envoy:/var/log/a.log:x %RESPONSE_CODE%\n")]
    [InlineData("accessLogFile: /dev/stdout, accessLogEncoding: JSON", "envoy:/dev/stdout:{ }")]
    [InlineData("""accessLogFile: /dev/stdout, accessLogEncoding: JSON, accessLogFormat: '{"a":"%RESPONSE_CODE%"}'""", """envoy:/dev/stdout:{ "a": "%RESPONSE_CODE%" }""")]
    [InlineData("defaultProviders: { accessLogging: [f] }, extensionProviders: [{ name: f, envoyFileAccessLog: { path: /x, logFormat: { labels: { a: b } } } }]", """f:/x:{ "a": "b" }""")]
    [InlineData("defaultProviders: { accessLogging: [o] }, extensionProviders: [{ name: o, envoyOtelAls: { service: otel.a.svc.cluster.local, port: 4317, logFormat: { text: t } } }]", "o:otel.a.svc.cluster.local:4317 otel_envoy_accesslog:t\n")]
    [InlineData("defaultProviders: { accessLogging: [nobody] }", "")]
    public void AccessLogs_OfTheMeshConfiguration_HoldForBothDirections(string config, string expected)
    {
        var logging = new GeneratedMesh(MeshConfig(config)).Telemetry()!.AccessLogging;

        Assert.Equal(expected, string.Join('|', logging.Client.Select(Text)));
        Assert.Equal(logging.Client, logging.Server);
    }

    [Fact]
    public void AccessLogs_OfAllLevels_NarrowerProvidersReplaceWiderOnes()
    {
        var mesh = new GeneratedMesh(
            MeshConfig("extensionProviders: [{ name: one, envoyFileAccessLog: { path: /one } }, { name: two, envoyFileAccessLog: { path: /two } }]"),
            Resource("root", "istio-system", "accessLogging: [{ providers: [{ name: one }] }]"),
            Resource("wide", "default", "accessLogging: [{ match: { mode: SERVER }, providers: [{ name: two }], filter: { expression: 'response.code >= 500' } }]"));

        Assert.Equal("one:/one:", Text(Assert.Single(mesh.Telemetry()!.AccessLogging.Client)));
        var server = Assert.Single(mesh.Telemetry()!.AccessLogging.Server);
        Assert.Equal(("two:/two:", "response.code >= 500"), (Text(server), server.Filter));
        Assert.Equal("one:/one:", Text(Assert.Single(mesh.Telemetry(Elsewhere)!.AccessLogging.Server)));
    }

    [Fact]
    public void AccessLogs_DisabledForANamespace_AreNoneThere()
    {
        var mesh = new GeneratedMesh(MeshConfig("accessLogFile: /dev/stdout"), Resource("wide", "default", "accessLogging: [{ disabled: true }]"));

        Assert.Empty(mesh.Telemetry()!.AccessLogging.Client);
        Assert.Single(mesh.Telemetry(Elsewhere)!.AccessLogging.Client);
    }

    [Fact]
    public void AccessLogs_WithTheBuiltInProvider_GoToStdout() => Assert.Equal(
        "envoy:/dev/stdout:",
        Text(Assert.Single(new GeneratedMesh(Resource("root", "istio-system", "accessLogging: [{ providers: [{ name: envoy }] }]")).Telemetry()!.AccessLogging.Server)));

    private static string Text(AccessLog log)
    {
        var sink = log.SinkCase == AccessLog.SinkOneofCase.File ? log.File : $"{log.Otlp.Authority} {log.LogName}";
        return $"{log.Provider}:{sink}:{(log.FormatCase == AccessLog.FormatOneofCase.Json ? log.Json.ToString() : log.Text)}";
    }

    private static string MeshConfig(string text) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio, namespace: istio-system }
        data:
          mesh: |
            { {{text}} }
        """;

    private static string Resource(string name, string @namespace, string spec) => $$"""
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: { name: {{name}}, namespace: {{@namespace}} }
        spec: { {{spec}} }
        """;
}
