using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Exchange;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Registry.Networks;
using Mesh.ControlPlane.Registry.Sources;
using Mesh.ControlPlane.Stores;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Registries;

/// <summary>Several registries that list one host, by the precedence of docs/registries.md.</summary>
public sealed class SideBySideTests
{
    private static readonly RegistryLabel Own = new("mesh", "east", "net-east");
    private readonly MemoryConfigStore _store = new(new FakeTimeProvider());

    [Fact]
    public void Build_SameHostInTwoRegistries_TheFirstDescribesItAndBothGiveEndpoints()
    {
        _store.Apply(Bookinfo.Services);

        var snapshot = Build([Bookinfo.Process("reviews", "v1", 40001)], Registry("consul/dc1", "west", "net-west", Draft(Bookinfo.Reviews, "10.1.0.1", 9999, "http")));

        Assert.Equal([9080], snapshot.Services[Bookinfo.Reviews].Ports.Select(port => port.Number));
        Assert.Equal(["127.0.0.1 east net-east", "10.1.0.1 west net-west"], snapshot.Endpoints[Bookinfo.Reviews].Select(endpoint => $"{endpoint.Address} {endpoint.Cluster} {endpoint.Network}"));
    }

    [Fact]
    public void Build_RegisteredProcessesOfAServiceThatARegistryDescribes_JoinIt()
    {
        var snapshot = Build([Bookinfo.Process("reviews", "v1", 40001)], Registry("services", "", "", Draft(Bookinfo.Reviews, "10.1.0.1", 9999, "http")));

        Assert.Equal(9999, snapshot.Services[Bookinfo.Reviews].Ports[0].Number);
        Assert.Equal(["10.1.0.1", "127.0.0.1"], snapshot.Endpoints[Bookinfo.Reviews].Select(endpoint => endpoint.Address));
    }

    [Fact]
    public void Build_OtherControlPlane_IsLastAndNotHandedOn()
    {
        var peer = Registry("peer/west", "west", "net-west", Draft(Bookinfo.Reviews, "10.1.0.1", 9999, "http"), Draft("only.west.svc.cluster.local", "10.1.0.2", 1, "http"));
        peer.Label = peer.Label with { IsPeer = true };

        var snapshot = Build([Bookinfo.Process("reviews", "v1", 40001)], peer);

        Assert.Equal(2, snapshot.Endpoints[Bookinfo.Reviews].Length);
        var told = SharedRegistry.Of(snapshot, "east", "net-east");
        Assert.Equal([Bookinfo.Reviews], told.Services.Select(service => service.Hostname));
        Assert.Equal(["127.0.0.1"], told.Services.Single().Endpoints.Select(endpoint => endpoint.Address));
    }

    [Fact]
    public void ToAnswer_OfWhatWasTold_IsTheSame()
    {
        var snapshot = Build([Bookinfo.Process("reviews", "v1", 40001) with { AdditionalAddresses = ["fd00::1"] }]);
        var json = System.Text.Json.JsonSerializer.Serialize(SharedRegistry.Of(snapshot, "east", "net-east"), SharedRegistry.Format);

        var answer = System.Text.Json.JsonSerializer.Deserialize<SharedRegistry>(json, SharedRegistry.Format)!.ToAnswer();

        var (before, after) = (snapshot.Endpoints[Bookinfo.Reviews].Single(), answer.Services.Single().Endpoints.Single());
        Assert.Equal(before.Labels, after.Labels);
        Assert.Equal(["fd00::1"], after.AdditionalAddresses);
        Assert.Equal(before, after with { Labels = before.Labels, AdditionalAddresses = before.AdditionalAddresses });
        Assert.Equal(snapshot.Services[Bookinfo.Reviews].Ports, answer.Services.Single().Service.Ports);
    }

    [Fact]
    public void Build_MeshNetworks_TellNetworksAndGateways()
    {
        _store.Apply("""
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: istio, namespace: istio-system }
            data:
              meshNetworks: |
                networks:
                  lab:
                    endpoints: [{ fromCidr: 10.1.0.0/16 }]
                    gateways: [{ address: 192.0.2.1, port: 15443 }]
                  special:
                    endpoints: [{ fromCidr: 10.1.2.0/24 }, { fromRegistry: west }]
                    gateways: [{ registryServiceName: gw.istio-system.svc.cluster.local, port: 8443 }]
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: gw, namespace: istio-system, labels: { topology.istio.io/network: other } }
            spec: { ports: [{ port: 15443, name: tls }], externalIPs: [192.0.2.7] }
            """);

        var snapshot = Build([], Registry("a", "", "", Draft("x.test", "10.1.0.1", 1, "http"), Draft("y.test", "10.1.2.1", 1, "http")), Registry("b", "west", "", Draft("z.test", "10.9.0.1", 1, "http")));

        Assert.Equal(("lab", "special", "special"), (Network("x.test"), Network("y.test"), Network("z.test")));
        Assert.Equal(
            [new NetworkGateway("lab", "", "192.0.2.1", 15443), new NetworkGateway("other", "east", "192.0.2.7", 15443), new NetworkGateway("special", "east", "192.0.2.7", 8443)],
            snapshot.Gateways);

        string Network(string host) => snapshot.Endpoints[host].Single().Network;
    }

    private RegistrySnapshot Build(WorkloadInstance[] instances, params Listed[] registries) =>
        new RegistryBuilder("cluster.local", Own).Build(1, _store.Current, instances, [.. registries.Select(registry => (registry.Label, registry.Answer))]);

    private static Listed Registry(string name, string cluster, string network, params ServiceDraft[] drafts) =>
        new(new RegistryLabel(name, cluster, network), new RegistryAnswer([.. drafts]));

    private static ServiceDraft Draft(string host, string address, int port, string portName) => new(
        new Service
        {
            Hostname = host,
            Namespace = "default",
            Name = host.Split('.')[0],
            Ports = [new ServicePort(port, portName, ServiceProtocol.Http)],
            Resolution = ServiceResolution.Static,
        },
        ImmutableArray.Create(new ServiceEndpoint { Address = address, Port = port, ServicePortName = portName, Namespace = "default" }));

    private sealed class Listed(RegistryLabel label, RegistryAnswer answer)
    {
        public RegistryLabel Label { get; set; } = label;

        public RegistryAnswer Answer => answer;
    }
}
