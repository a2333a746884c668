using Mesh.Client.Model;
using Mesh.Client.Pipeline.Connections;
using static Mesh.Client.Tests.Pipeline.Connections.ConnectorHarness;

namespace Mesh.Client.Tests.Pipeline.Connections;

public sealed class OpaqueRequestsTests
{
    [Theory]
    [InlineData("http", "plain")]
    [InlineData("https", "encrypted")]
    public void VirtualHost_RulesForTls_SendRequestsOverTlsElsewhere(string scheme, string cluster) =>
        Assert.Equal(cluster, ClusterOf(Routes(To("plain"), When("encrypted", "db")), scheme));

    [Fact]
    public void VirtualHost_NoChainForTheRequest_HasNoRouteForIt()
    {
        Assert.Null(ClusterOf(Routes(null, When("encrypted", "db")), "http"));
        Assert.Equal("encrypted", ClusterOf(Routes(null, When("encrypted", "db")), "https"));
    }

    [Fact]
    public void VirtualHost_AddressInTheUri_IsMatchedByItAndSendsNoServerName()
    {
        var routes = Routes(To("rest"), When("name", "10.1.2.3"), WhenAddress("subnet", "10.0.0.0/8"));

        Assert.Equal("subnet", ClusterOf(routes, "https", "10.1.2.3"));
        Assert.Equal("rest", ClusterOf(routes, "https", "11.1.2.3"));
    }

    [Fact]
    public void VirtualHost_Forwarding_SetsNoLimitOfItsOwn()
    {
        var forward = Assert.IsType<ForwardAction>(OpaqueRequests.VirtualHost(new Authority("db", Port), Routes(To("one"))).Routes[0].Action);

        Assert.Null(forward.Timeout);
        Assert.False(forward.InheritsStreamLimit);
    }

    private static string? ClusterOf(ConnectionRoutes connections, string scheme, string host = "db")
    {
        var table = new Mesh.Client.Routing.RouteTable(OpaqueRequests.VirtualHost(new Authority(host, Port), connections));
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri($"{scheme}://{host}:{Port}/any?thing"));
        var index = table.Find(request, new Random(1));
        return index < 0 ? null : ((ForwardAction)table.VirtualHost.Routes[index].Action).Clusters[0].Name;
    }
}
