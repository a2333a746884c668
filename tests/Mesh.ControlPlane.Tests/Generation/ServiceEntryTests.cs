using Mesh.ControlPlane.Generation;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Tls;
using static Mesh.Protocol.Envoy.Cluster.Cluster.Types;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class ServiceEntryTests
{
    private const string Name = "outbound|80||api.example.com";

    [Theory]
    [InlineData("resolution: DNS", DiscoveryType.StrictDns, "api.example.com:80")]
    [InlineData("resolution: DNS, endpoints: [{address: a.example.net}, {address: b.example.net, ports: {http: 8080}}, {address: 10.0.0.1}]", DiscoveryType.StrictDns, "10.0.0.1:80 a.example.net:80 b.example.net:8080")]
    [InlineData("resolution: DNS_ROUND_ROBIN", DiscoveryType.LogicalDns, "api.example.com:80")]
    [InlineData("resolution: DNS_ROUND_ROBIN, endpoints: [{address: a.example.net}]", DiscoveryType.LogicalDns, "a.example.net:80")]
    [InlineData("resolution: NONE", DiscoveryType.LogicalDns, "api.example.com:80")]
    [InlineData("{}", DiscoveryType.LogicalDns, "api.example.com:80")]
    internal void Generate_Names_AreInTheClusterForTheClientToResolve(string resolution, DiscoveryType type, string hosts)
    {
        var cluster = Mesh(Entry(resolution)).Cluster(Name)!;

        Assert.Equal(type, cluster.Type);
        Assert.Null(cluster.EdsClusterConfig);
        Assert.Equal(hosts, HostsOf(cluster));
    }

    [Theory]
    [InlineData(null, 60)]
    [InlineData("dnsRefreshRate: 5s", 5)]
    public void Generate_Dns_IsRefreshedAsTheMeshSays(string? settings, long seconds)
    {
        var mesh = Mesh(Entry("resolution: DNS"));
        if (settings is not null)
        {
            mesh.Apply(MeshYaml.Settings(settings));
        }

#pragma warning disable CS0612 // Deprecated in favour of a typed resolver, and what istiod sends.
        Assert.Equal(seconds, mesh.Cluster(Name)!.DnsRefreshRate.Seconds);
#pragma warning restore CS0612
    }

    [Fact]
    public void Generate_StaticEndpoints_HaveTheirPortsLocalitiesWeightsAndSubsets()
    {
        var mesh = Mesh(
            Entry("resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {http: 8080}, labels: {v: a}, locality: eu/x, weight: 3}, {address: 10.0.0.2, labels: {v: b}}, {address: 'unix:///run/x.sock'}]"),
            MeshYaml.DestinationRule("api", "host: api.example.com\nsubsets: [{name: a, labels: {v: a}}]"));

        Assert.Equal(DiscoveryType.Eds, mesh.Cluster(Name)!.Type);
        Assert.Equal(["10.0.0.2:80*1", "10.0.0.1:8080*3"], Endpoints(mesh, Name));
        Assert.Equal(["10.0.0.1:8080*3"], Endpoints(mesh, "outbound|80|a|api.example.com"));
        Assert.Equal("eu", mesh.Endpoints(Name)!.Endpoints[1].Locality.Region);
    }

    [Theory]
    [InlineData("240.0.0.1:80", "outbound|80||vip.example.com")]
    [InlineData("10.1.2.3:80", "outbound|80||10.1.2.3")]
    [InlineData("10.1.9.9:80", "outbound|80||10.1.9.9")]
    [InlineData("10.9.9.9:80", null)]
    [InlineData("240.0.0.1:81", null)]
    public void Generate_VirtualAddress_LeadsToItsServiceTheNarrowestRangeFirst(string address, string? routes)
    {
        var mesh = Mesh(
            MeshYaml.ServiceEntry("vip", "hosts: [vip.example.com]\naddresses: [240.0.0.1]\nresolution: DNS\nports: [{number: 80, name: http, protocol: HTTP}]"),
            MeshYaml.ServiceEntry("range", "hosts: [range.example.com]\naddresses: [10.1.0.0/16]\nresolution: STATIC\nports: [{number: 80, name: http, protocol: HTTP}]\nendpoints: [{address: 10.0.0.1}]"),
            MeshYaml.ServiceEntry("own", "hosts: ['*.own.example.com']\naddresses: [10.1.2.0/24]\nresolution: NONE\nports: [{number: 80, name: http, protocol: HTTP}]"));

        Assert.Equal(routes, mesh.Listener(address)?.ApiListener.ApiListener_.Unpack<HttpConnectionManager>().Rds.RouteConfigName);
        if (routes is not null)
        {
            Assert.Contains(address.Split(':')[0], Assert.Single(mesh.Routes(routes)!.VirtualHosts).Domains);
        }
    }

    [Fact]
    public void Generate_AddressWithoutResolution_IsDialledItself()
    {
        var mesh = Mesh(MeshYaml.ServiceEntry("own", "hosts: [own.example.com]\naddresses: [10.1.2.0/24]\nresolution: NONE\nports: [{number: 80, name: http, protocol: HTTP}]"))
            .Apply(MeshYaml.DestinationRule("own", "host: own.example.com\ntrafficPolicy: {connectionPool: {tcp: {connectTimeout: 3s}}}"))
            .Apply(MeshYaml.VirtualService("own", "hosts: [own.example.com]\nhttp: [{name: ruled, route: [{destination: {host: own.example.com}}]}]"));

        var cluster = mesh.Cluster("outbound|80||10.1.2.3")!;
        Assert.Equal((DiscoveryType.Static, "10.1.2.3:80", 3L), (cluster.Type, HostsOf(cluster), cluster.ConnectTimeout.Seconds));
        Assert.Equal("ruled", mesh.Routes("outbound|80||10.1.2.3")!.VirtualHosts[0].Routes[0].Name);
    }

    [Theory]
    [InlineData("default", "10.0.0.1:80*1")]
    [InlineData("other", "10.0.0.2:80*1")]
    [InlineData("third", "10.0.0.1:80*1")]
    public void Generate_HostOfTwoNamespaces_IsTheClientsOwnElseTheOldest(string client, string expected)
    {
        var mesh = Mesh(Entry("resolution: STATIC, endpoints: [{address: 10.0.0.1}]"), Entry("resolution: STATIC, endpoints: [{address: 10.0.0.2}]", "other"));

        Assert.Equal([expected], Endpoints(mesh, Name, GeneratedMesh.MeshClient with { Namespace = client }));
    }

    [Theory]
    [InlineData("exportTo: ['.']", true, false)]
    [InlineData("exportTo: [other]", false, true)]
    [InlineData("exportTo: ['*']", true, true)]
    [InlineData("exportTo: ['~']", false, false)]
    [InlineData("location: MESH_INTERNAL", true, true)]
    public void Generate_ExportTo_HidesTheHost(string exportTo, bool own, bool other)
    {
        var mesh = Mesh(Entry($"resolution: DNS, {exportTo}"));

        Assert.Equal(own, mesh.Listener("api.example.com:80") is not null);
        Assert.Equal(other, mesh.Listener("api.example.com:80", GeneratedMesh.MeshClient with { Namespace = "other" }) is not null);
    }

    [Theory]
    [InlineData("", "san.example.com")]
    [InlineData(", subjectAltNames: [own.example.com]", "own.example.com")]
    public void Generate_SubjectAltNames_AreVerifiedUnlessTheRuleNamesItsOwn(string own, string expected)
    {
        var mesh = Mesh(
            Entry("resolution: DNS, subjectAltNames: [san.example.com]"),
            MeshYaml.DestinationRule("api", $"host: api.example.com\ntrafficPolicy: {{tls: {{mode: SIMPLE{own}}}}}"));

        var context = mesh.Cluster(Name)!.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext.ValidationContext;
#pragma warning disable CS0612 // The field that gRPC's clients and this mesh read (gRFC A29).
        Assert.Equal(expected, Assert.Single(context.MatchSubjectAltNames).Exact);
#pragma warning restore CS0612
    }

    private static GeneratedMesh Mesh(params string[] yaml) => new(yaml);

    private static string Entry(string more, string @namespace = "default") => MeshYaml.ServiceEntry(
        "api", $"{{hosts: [api.example.com], ports: [{{number: 80, name: http, protocol: HTTP}}]{(more == "{}" ? "" : ", " + more)}}}", @namespace);

    private static string HostsOf(Cluster cluster) => string.Join(
        ' ',
        cluster.LoadAssignment.Endpoints.SelectMany(locality => locality.LbEndpoints).Select(endpoint => endpoint.Endpoint.Address.SocketAddress).Select(address => $"{address.Address}:{address.PortValue}"));

    private static IEnumerable<string> Endpoints(GeneratedMesh mesh, string name, ClientView? client = null) =>
        from locality in mesh.Endpoints(name, client)!.Endpoints
        from endpoint in locality.LbEndpoints
        let address = endpoint.Endpoint.Address.SocketAddress
        select $"{address.Address}:{address.PortValue}*{endpoint.LoadBalancingWeight}";
}
