using Mesh.ControlPlane.Registries.Kubernetes;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Stores;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Registries;

/// <summary>Services of two families of addresses in a Kubernetes cluster (fault matrix D12).</summary>
public sealed class DualStackServiceTests
{
    private const string Slices = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: reviews-a, namespace: default, labels: { kubernetes.io/service-name: reviews } }
        addressType: IPv4
        ports: [{ name: http, port: 9080, protocol: TCP }]
        endpoints:
        - { addresses: [10.1.0.1], targetRef: { kind: Pod, name: one } }
        - { addresses: [10.1.0.2], targetRef: { kind: Pod, name: two } }
        - { addresses: [10.1.0.9] }
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: reviews-b, namespace: default, labels: { kubernetes.io/service-name: reviews } }
        addressType: IPv6
        ports: [{ name: http, port: 9080, protocol: TCP }]
        endpoints:
        - { addresses: ['fd00::1'], targetRef: { kind: Pod, name: one } }
        - { addresses: ['fd00::3'], targetRef: { kind: Pod, name: three } }
        - { addresses: ['fd00::9'] }
        """;

    [Theory]
    [InlineData("10.96.0.1", "10.1.0.1+fd00::1 10.1.0.2 10.1.0.9 fd00::3 fd00::9")]
    [InlineData("fd00:96::1", "10.1.0.2 10.1.0.9 fd00::1+10.1.0.1 fd00::3 fd00::9")]
    public void D12_PodIsInSlicesOfBothFamilies_IsOneEndpoint(string clusterIp, string expected)
    {
        var store = new MemoryConfigStore(new FakeTimeProvider());
        store.Apply($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: reviews, namespace: default }
            spec: { clusterIP: '{{clusterIp}}', clusterIPs: ['{{clusterIp}}'], selector: { app: reviews }, ports: [{ name: http, port: 80 }] }
            ---
            {{Slices}}
            """);

        var endpoints = Assert.Single(KubernetesServices.Read(store.Current, "cluster.local").Services).Endpoints;

        Assert.Equal(expected, string.Join(' ', endpoints.Select(Text).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void D12_PodOfTwoFamilies_IsSelectedWithBoth()
    {
        var store = new MemoryConfigStore(new FakeTimeProvider());
        store.Apply("""
            apiVersion: v1
            kind: Pod
            metadata: { name: one, namespace: default, labels: { app: reviews } }
            status: { phase: Running, podIP: 10.1.0.1, podIPs: [{ ip: 10.1.0.1 }, { ip: 'fd00::1' }], conditions: [{ type: Ready, status: "True" }] }
            """);

        var pod = Assert.Single(KubernetesServices.Read(store.Current, "cluster.local").Workloads);

        Assert.Equal("10.1.0.1+fd00::1", Text(pod.ToEndpoint(80, "http")));
    }

    private static string Text(ServiceEndpoint endpoint) => string.Join('+', endpoint.AllAddresses);
}
