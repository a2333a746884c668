using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Generation;

namespace Mesh.ControlPlane.Tests.Registry;

public sealed class RegistryBuilderTests
{
    [Fact]
    public void Build_ServiceWithSelector_FindsProcessesOnAnyFreePort()
    {
        var registry = new GeneratedMesh(Bookinfo.Services)
            .With(Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("reviews", "v2", 40002), Bookinfo.Process("ratings", "v1", 40003))
            .State.Registry;

        var endpoints = registry.Endpoints[Bookinfo.Reviews];
        Assert.Equal([40001, 40002], endpoints.Select(endpoint => endpoint.Port));
        Assert.All(endpoints, endpoint => Assert.Equal("http", endpoint.ServicePortName));
        Assert.Equal(4, registry.Services.Count);
    }

    [Theory]
    [InlineData("{ port: 80, name: web, targetPort: admin }", 7002)]
    [InlineData("{ port: 80, name: admin }", 7002)]
    [InlineData("{ port: 80, name: web, targetPort: 7001 }", 7001)]
    [InlineData("{ port: 80, name: web, targetPort: 9 }", null)]
    public void Build_ProcessWithSeveralPorts_ResolvesByNameThenNumber(string port, int? expected)
    {
        var process = Bookinfo.Process("web", "v1", 1) with { Ports = Bookinfo.Map(("main", 7001), ("admin", 7002)) };
        var registry = new GeneratedMesh($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: web }
            spec: { ports: [{{port}}], selector: { app: web } }
            """).With(process).State.Registry;

        Assert.Equal(expected, registry.Endpoints.GetValueOrDefault("web.default.svc.cluster.local", []).SingleOrDefault()?.Port);
    }

    [Fact]
    public void Build_ServiceWithoutSelector_TakesProcessesOfItsName()
    {
        var registry = new GeneratedMesh("""
            apiVersion: v1
            kind: Service
            metadata: { name: reviews }
            spec: { ports: [{ port: 9080 }] }
            """).With(Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("ratings", "v1", 40002)).State.Registry;

        Assert.Equal(40001, Assert.Single(registry.Endpoints[Bookinfo.Reviews]).Port);
    }

    [Fact]
    public void Build_NameThatNoResourceDefines_MakesServiceThatAnswersOnPort80()
    {
        var process = Bookinfo.Process("cart", "v1", 40001) with
        {
            Ports = Bookinfo.Map(("http", 40001), ("tcp-admin", 40002)),
            ServicePorts = Bookinfo.Map(("http", 8080), ("tcp-admin", 9000)),
        };
        var registry = new GeneratedMesh().With(process).State.Registry;

        var service = registry.Services["cart.default.svc.cluster.local"];
        Assert.Equal([80, 8080, 9000], service.Ports.Select(port => port.Number).Order());
        Assert.Equal("http", service.Ports.Single(port => port.Number == 80).Name);
        Assert.Equal([40001, 40002], registry.Endpoints[service.Hostname].Select(endpoint => endpoint.Port).Order());
    }

    [Fact]
    public void Build_ReplicasOnDifferentFreePorts_AreEndpointsOfOneService()
    {
        var registry = new GeneratedMesh()
            .With(Bookinfo.Process("cart", "v1", 40001), Bookinfo.Process("cart", "v1", 40002))
            .State.Registry;

        Assert.Equal([40001, 40002], registry.Endpoints["cart.default.svc.cluster.local"].Select(endpoint => endpoint.Port));
    }

    [Fact]
    public void Build_TwoServiceEntriesOfOneNamespace_DescribeOneServiceTogether()
    {
        var registry = new GeneratedMesh(
            ServiceEntry("first", "STATIC", "{ address: 10.0.0.1 }"),
            MeshYaml.ServiceEntry("second", "hosts: [api.example.com]\nresolution: STATIC\nports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS}]\nendpoints: [{address: 10.0.0.2}]"))
            .State.Registry;

        Assert.Equal([80, 443], registry.Services["api.example.com"].Ports.Select(port => port.Number));
        Assert.Equal(
            ["10.0.0.1:8080 http", "10.0.0.2:80 http", "10.0.0.2:443 tls"],
            registry.Endpoints["api.example.com"].Select(endpoint => $"{endpoint.Address}:{endpoint.Port} {endpoint.ServicePortName}"));
        Assert.Empty(registry.Shadowed);
    }

    [Fact]
    public void Build_TwoNamespacesForOneHost_TakesTheOldestAndKeepsTheOther()
    {
        const string Spec = "hosts: [api.example.com]\nresolution: STATIC\nports: [{number: 80, name: http}]\nendpoints: [{address: 10.0.0.1}]";
        var registry = new GeneratedMesh(MeshYaml.ServiceEntry("a", Spec, "z"), MeshYaml.ServiceEntry("a", Spec, "a")).State.Registry;

        Assert.Equal(["z", "a"], registry.Candidates("api.example.com").Select(service => service.Namespace));
        Assert.All(registry.Candidates("api.example.com"), service => Assert.Single(registry.EndpointsOf(service)));
    }

    [Fact]
    public void Build_CoreServiceAndAnOlderServiceEntry_TakesTheCoreService()
    {
        var registry = new GeneratedMesh(
            MeshYaml.ServiceEntry("squat", $"hosts: [{Bookinfo.Reviews}]\nresolution: STATIC\nports: [{{number: 9080, name: http}}]\nendpoints: [{{address: 10.0.0.1}}]", "other"),
            Bookinfo.Services).State.Registry;

        Assert.Equal("default", registry.Services[Bookinfo.Reviews].Namespace);
    }

    [Theory]
    [InlineData("STATIC", "{ address: 10.0.0.1, ports: { http: 8443 } }", "10.0.0.1:8443")]
    [InlineData("STATIC", "{ address: 10.0.0.1 }", "10.0.0.1:8080")]
    [InlineData("DNS", "{ address: backend.example.net }", "backend.example.net:8080")]
    [InlineData("DNS", "", "api.example.com:8080")]
    [InlineData("DNS_ROUND_ROBIN", "", "api.example.com:8080")]
    [InlineData("NONE", "", "")]
    public void Build_ServiceEntry_EndpointsFollowResolution(string resolution, string endpoint, string expected)
    {
        var registry = new GeneratedMesh(ServiceEntry("api", resolution, endpoint)).State.Registry;

        var endpoints = registry.Endpoints.GetValueOrDefault("api.example.com", []);
        Assert.Equal(expected, string.Join(",", endpoints.Select(found => $"{found.Address}:{found.Port}")));
    }

    [Fact]
    public void Build_WorkloadSelector_SelectsProcessesAndWorkloadEntriesOfItsNamespace()
    {
        const string Entry = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: db }
            spec:
              hosts: [db.internal]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{ number: 5432, name: tcp, protocol: TCP, targetPort: 15432 }]
              workloadSelector: { labels: { app: db } }
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: { name: vm1 }
            spec: { address: 10.1.1.1, labels: { app: db, version: vm }, weight: 3, locality: eu/a/1 }
            """;
        var mesh = new GeneratedMesh(Entry)
            .With(Bookinfo.Process("db", "v1", 41000), Bookinfo.Process("db", "v9", 41009) with { Namespace = "other" });

        var endpoints = mesh.State.Registry.Endpoints["db.internal"].OrderBy(endpoint => endpoint.Address, StringComparer.Ordinal).ToArray();

        Assert.Equal(["10.1.1.1:15432", "127.0.0.1:41000"], endpoints.Select(endpoint => $"{endpoint.Address}:{endpoint.Port}"));
        Assert.Equal((3u, "eu/a/1", "vm"), (endpoints[0].Weight, endpoints[0].Locality, endpoints[0].Labels["version"]));
    }

    [Fact]
    public void S45_WorkloadsOfAnotherNamespace_AreNoEndpointsOfAService()
    {
        var registry = new GeneratedMesh(Bookinfo.Services + """

            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: { name: mallory, namespace: mallory }
            spec: { address: 10.6.6.6, labels: { app: reviews }, serviceAccount: bookinfo-reviews }
            """)
            .With(Bookinfo.Process("reviews", "v1", 40001), Bookinfo.Process("reviews", "v6", 40666) with { Namespace = "mallory" })
            .State.Registry;

        Assert.Equal([40001], registry.Endpoints[Bookinfo.Reviews].Select(endpoint => endpoint.Port));
    }

    [Fact]
    public void Build_DrainingProcess_CarriesItsState()
    {
        var registry = new GeneratedMesh(Bookinfo.Services)
            .With(Bookinfo.Process("reviews", "v1", 40001) with { State = EndpointState.Draining })
            .State.Registry;

        Assert.Equal(EndpointState.Draining, Assert.Single(registry.Endpoints[Bookinfo.Reviews]).State);
    }

    private static string ServiceEntry(string name, string resolution, string endpoint) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: {{name}} }
        spec:
          hosts: [api.example.com]
          resolution: {{resolution}}
          ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 8080 }]
          endpoints: [{{endpoint}}]
        """;
}
