using Mesh.Config.Kubernetes.Core;
using Mesh.Config.Kubernetes.Discovery;
using Mesh.Testing;

namespace Mesh.Config.Tests.Validation.Core;

public sealed class CoreKindsTests
{
    [Theory]
    [InlineData("data: {a: '***'}", "data[a]: expected bytes in base64, found the string \"***\"")]
    [InlineData("data: {a: 1}", "data[a]: expected bytes in base64, found the number 1")]
    [InlineData("data: {'a b': YQ==}", "data[a b]: the key \"a b\"")]
    [InlineData("type: kubernetes.io/tls\ndata: {tls.crt: YQ==}", "data[tls.key]: a Secret of type kubernetes.io/tls needs the key tls.key")]
    [InlineData("type: kubernetes.io/dockerconfigjson", "needs the key .dockerconfigjson")]
    [InlineData("stringData: [a]", "stringData: expected a mapping")]
    public void Validate_BrokenSecret_IsRejected(string content, string expected) =>
        Assert.Contains(Manifest.Errors(Flat("v1", "Secret", content)), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("data: {a: YQ==}")]
    [InlineData("type: Opaque\nstringData: {a: b}\nimmutable: true")]
    [InlineData("type: kubernetes.io/tls\ndata: {tls.crt: YQ==}\nstringData: {tls.key: b}")]
    [InlineData("type: example.com/own\nunknown: field")]
    public void Validate_SoundSecret_IsAccepted(string content) => Assert.Empty(Manifest.Errors(Flat("v1", "Secret", content)));

    [Fact]
    public void Decode_Secret_HasItsFieldsBesideMetadata() =>
        Assert.Equal("a", Manifest.Spec<Secret>(Flat("v1", "Secret", "data: {key: YQ==}")).Data["key"].ToStringUtf8());

    [Theory]
    [InlineData("endpoints: []", "addressType: \"\" is not one of IPv4, IPv6, FQDN")]
    [InlineData("addressType: IPv4\nendpoints: [{}]", "endpoints[0].addresses: expected 1 to 100 entries, found 0")]
    [InlineData("addressType: IPv4\nendpoints: [{addresses: ['::1']}]", "\"::1\" is no address of type IPv4")]
    [InlineData("addressType: IPv6\nendpoints: [{addresses: [10.0.0.1]}]", "\"10.0.0.1\" is no address of type IPv6")]
    [InlineData("addressType: IPv4\nports: [{port: 1}, {port: 2}]", "ports[1].name: the port name \"\" is used twice")]
    [InlineData("addressType: IPv4\nports: [{name: a, port: 70000}]", "ports[0].port: port must be between 1 and 65535")]
    [InlineData("addressType: IPv4\nports: [{name: a, port: 1, protocol: HTTP}]", "\"HTTP\" is not one of (empty), TCP, UDP, SCTP")]
    public void Validate_BrokenEndpointSlice_IsRejected(string content, string expected) =>
        Assert.Contains(Manifest.Errors(Flat("discovery.k8s.io/v1", "EndpointSlice", content)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Decode_EndpointSlice_HasItsFieldsBesideMetadata()
    {
        var slice = Manifest.Spec<EndpointSlice>(Flat(
            "discovery.k8s.io/v1", "EndpointSlice", "addressType: IPv4\nports: [{name: http, port: 80}]\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: true}, zone: a, deprecatedTopology: {}}]"));

        Assert.Equal(("IPv4", 80, "a"), (slice.AddressType, slice.Ports[0].Port, slice.Endpoints[0].Zone));
    }

    [Theory]
    [InlineData("v1", "Node")]
    [InlineData("v1", "Endpoints")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("batch/v1", "Job")]
    [InlineData("batch/v1", "CronJob")]
    [InlineData("networking.k8s.io/v1", "Ingress")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role")]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition")]
    [InlineData("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration")]
    [InlineData("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration")]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler")]
    public void Decode_KindOfKubernetes_IsKeptAsItIsWritten(string apiVersion, string kind)
    {
        var resource = Assert.Single(Manifest.ReadValid(Flat(apiVersion, kind, "whatever: {it: says}")));

        Assert.Null(resource.Spec);
        Assert.Equal("says", resource.Document.GetProperty("whatever").GetProperty("it").GetString());
    }

    private static string Flat(string apiVersion, string kind, string content) => $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\n{content}\n";
}
