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
    [InlineData("a: b: c", "not readable as YAML")]
    public void Decode_BrokenConfiguration_IsRejected(string mesh, string expected) =>
        Assert.Contains(Manifest.Errors(Of(mesh)), error => error.Contains(expected, StringComparison.Ordinal));

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
