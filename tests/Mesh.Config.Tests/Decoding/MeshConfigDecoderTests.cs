using Mesh.Config.Istio.Mesh;
using Mesh.Testing;

namespace Mesh.Config.Tests.Decoding;

public sealed class MeshConfigDecoderTests
{
    [Fact]
    public void Decode_ConfigMapOfIstio_IsTheMeshConfiguration()
    {
        var config = Manifest.Spec<MeshConfig>(Of("""
            rootNamespace: admin
            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
            connectTimeout: 3s
            enablePrometheusMerge: true
            defaultConfig: {discoveryAddress: istiod:15012}
            defaultHttpRetryPolicy: {attempts: 1, retryOn: 5xx}
            """));

        Assert.Equal("admin", config.RootNamespace);
        Assert.Equal(MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.RegistryOnly, config.OutboundTrafficPolicy.Mode);
        Assert.Equal(3, config.ConnectTimeout.Seconds);
        Assert.Equal(1, config.DefaultHttpRetryPolicy.Attempts);
    }

    [Theory]
    [InlineData("connectTimeout: 2h", "data.mesh.connectTimeout: must be at most 1h")]
    [InlineData("connectTimeout: 3", "expected a duration")]
    [InlineData("trustDomain: 'a b'", "must be DNS labels")]
    [InlineData("defaultServiceExportTo: ['*', a]", "data.mesh.defaultServiceExportTo: \"*\" must stand alone")]
    [InlineData("localityLbSetting: {failover: [{from: a, to: a}]}", "cannot fail over to itself")]
    [InlineData("defaultHttpRetryPolicy: {attempts: 0, retryOn: 5xx}", "attempts is 0")]
    [InlineData("defaultTrafficPolicy: {outlierDetection: {maxEjectionPercent: 200}}", "must be between 0 and 100")]
    [InlineData("proxyListenPort: 70000", "data.mesh.proxyListenPort: port must be between 1 and 65535")]
    [InlineData("protocolDetectionTimeout: 100us", "data.mesh.protocolDetectionTimeout: the duration must be at least 1ms")]
    [InlineData("trustDomainAliases: ['']", "data.mesh.trustDomainAliases[0]: must not be empty")]
    [InlineData("serviceSettings: [{hosts: ['a..b']}]", "data.mesh.serviceSettings[0].hosts[0]: \"a..b\" must be a host name")]
    [InlineData("meshMTLS: {ecdhCurves: [P-256]}", "data.mesh.meshMTLS.ecdhCurves: the curves within the mesh cannot be chosen")]
    [InlineData("defaultConfig: {discoveryAddress: istiod}", "data.mesh.defaultConfig.discoveryAddress: \"istiod\" must be host:port")]
    [InlineData("defaultConfig: {configPath: ''}", "data.mesh.defaultConfig.configPath: must not be empty")]
    [InlineData("defaultConfig: {serviceCluster: ''}", "data.mesh.defaultConfig.serviceCluster: must not be empty")]
    [InlineData("defaultConfig: {drainDuration: 1500ms}", "data.mesh.defaultConfig.drainDuration: must be in whole seconds")]
    [InlineData("defaultConfig: {tracing: {zipkin: {address: 'zipkin:0'}}}", "data.mesh.defaultConfig.tracing.zipkin.address")]
    [InlineData("defaultConfig: {statusPort: 0}", "data.mesh.defaultConfig.statusPort: port must be between 1 and 65535")]
    [InlineData("a: b: c", "not readable as YAML")]
    public void Decode_BrokenConfiguration_IsRejected(string mesh, string expected) =>
        Assert.Contains(Manifest.Errors(Of(mesh)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("proxyListenPort: 15001\nprotocolDetectionTimeout: 0s\nserviceSettings: [{hosts: ['*.a.com'], settings: {clusterLocal: true}}]")]
    [InlineData("defaultConfig: {discoveryAddress: 'istiod.istio-system.svc:15012', tracing: {datadog: {address: '$(HOST_IP):8126'}}, drainDuration: 45s, proxyMetadata: {A: b}}")]
    [InlineData("extensionProviders: [{name: a, opentelemetry: {service: otel.a.svc.cluster.local, port: 4317}}, {name: b, envoyExtAuthzHttp: {service: ns/a.b, port: 80, pathPrefix: /check, statusOnError: '503'}}]\ntlsDefaults: {ecdhCurves: [P-256, X25519]}")]
    public void Decode_SoundConfiguration_HasNoFindings(string mesh) => Assert.Empty(Manifest.Read(Of(mesh)).Findings);

    [Theory]
    [InlineData("extensionProviders: [{name: ''}]")]
    [InlineData("accessLogFormat: '%NOPE%'")]
    [InlineData("extensionProviders: [{name: a, envoyFileAccessLog: {logFormat: {labels: {deep: {b: '%FILTER_STATE(x)%'}}}}}]")]
    [InlineData("extensionProviders: [{name: a}, {name: a}]")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzHttp: {service: 'a b', port: 80}}]")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzHttp: {service: a.b, port: 0}}]")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzHttp: {service: a.b, port: 80, pathPrefix: check}}]")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: a.b, port: 80, statusOnError: forbidden}}]")]
    [InlineData("extensionProviders: [{name: a, opentelemetry: {service: a.b, port: 80, http: {}, grpc: {}}}]")]
    [InlineData("extensionProviders: [{name: a, zipkin: {service: a.b}}]")]
    [InlineData("tlsDefaults: {ecdhCurves: [P-1]}")]
    [InlineData("tlsDefaults: {ecdhCurves: [P-256, P-256]}")]
    public void Decode_WhatIstiodOnlyLogs_IsAcceptedWithAWarning(string mesh)
    {
        Assert.Empty(Manifest.Errors(Of(mesh)));
        Assert.Single(Manifest.Warnings(Of(mesh)));
    }

    [Fact]
    public void Decode_Finding_StandsAtItsLineInTheFile() =>
        Assert.Contains(Manifest.Errors(Of("trustDomain: a.b\nconnectTimeout: 2h")), error => error.StartsWith("test.yaml:7:", StringComparison.Ordinal));

    [Fact]
    public void Decode_OtherConfigMap_IsLeftAlone()
    {
        Assert.Null(Assert.Single(Manifest.ReadValid(Of("connectTimeout: 3s", name: "other"))).Spec);
        Assert.Null(Assert.Single(Manifest.ReadValid(Of("connectTimeout: 3s", "default"))).Spec);
        Assert.Contains(Manifest.Warnings(Of("connectTimeout: 3s", "default")), warning => warning.Contains("istio-system", StringComparison.Ordinal));
    }

    private static string Of(string mesh, string @namespace = "istio-system", string name = "istio") =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {@namespace}}}\ndata:\n  mesh: |-\n    {mesh.Replace("\n", "\n    ", StringComparison.Ordinal)}\n";
}
