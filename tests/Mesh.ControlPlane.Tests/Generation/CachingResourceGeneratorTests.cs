using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Generation;

public sealed class CachingResourceGeneratorTests
{
    private readonly GeneratedMesh _mesh = new GeneratedMesh(Bookinfo.Services, Bookinfo.Subsets).With(Bookinfo.Process("reviews", "v1", 40001));

    [Fact]
    public void Generate_SameInput_IsMadeOnce()
    {
        var counting = new CountingGenerator(_mesh.Generator);
        var caching = new CachingResourceGenerator(counting);
        var state = _mesh.State;

        var first = Routes(caching, state, GeneratedMesh.MeshClient);
        var second = Routes(caching, state, GeneratedMesh.MeshClient with { });

        Assert.Same(first, second);
        Assert.Equal(1, counting.Calls);
    }

    [Fact]
    public void Generate_OtherClientOrStateWithEqualContent_SharesTheBytes()
    {
        var caching = new CachingResourceGenerator(_mesh.Generator);
        var state = _mesh.State;

        var first = Routes(caching, state, GeneratedMesh.MeshClient);
        var otherClient = Routes(caching, state, GeneratedMesh.MeshClient with { Labels = "app=details" });
        var laterState = Routes(caching, state with { Version = state.Version + 1 }, GeneratedMesh.MeshClient);

        Assert.Same(first.Payload, otherClient.Payload);
        Assert.Same(first.Payload, laterState.Payload);
        Assert.Equal(first.Version, laterState.Version);
    }

    [Fact]
    public void Generate_MoreThanItHolds_ForgetsTheOldest()
    {
        var counting = new CountingGenerator(_mesh.Generator);
        var caching = new CachingResourceGenerator(counting, capacity: 2);
        var state = _mesh.State;

        foreach (var name in new[] { "a", "b", "c", "d", "e", "a" })
        {
            caching.Generate(state, GeneratedMesh.MeshClient, XdsTypeUrl.Listener, name);
        }

        Assert.Equal(6, counting.Calls);
    }

    [Fact]
    public void F07_ClientsOfMuchText_AreNotRememberedBeyondTheirStreams()
    {
        var counting = new CountingGenerator(_mesh.Generator);
        var caching = new CachingResourceGenerator(counting, capacity: 1_000);
        var state = _mesh.State;
        Routes(caching, state, GeneratedMesh.MeshClient);

        for (var client = 0; client < 5; client++)
        {
            Routes(caching, state, GeneratedMesh.MeshClient with { Locality = $"{client}/{new string('z', 500_000)}" });
        }

        // The text of five clients is more than a thousand entries may have: what was there before had to go.
        Routes(caching, state, GeneratedMesh.MeshClient);
        Assert.Equal(7, counting.Calls);
    }

    [Fact]
    public void Generate_SameContentBuiltAnew_HasTheSameBytesAndVersion()
    {
        var again = new GeneratedMesh(Bookinfo.Subsets, Bookinfo.Services).With(Bookinfo.Process("reviews", "v1", 40001));

        foreach (var (type, name) in new[] { (XdsTypeUrl.RouteConfiguration, Bookinfo.ReviewsRoutes), (XdsTypeUrl.Cluster, Bookinfo.ReviewsRoutes), (XdsTypeUrl.ClusterLoadAssignment, Bookinfo.ReviewsRoutes), (XdsTypeUrl.Listener, "reviews:9080") })
        {
            var one = _mesh.Generator.Generate(_mesh.State, GeneratedMesh.MeshClient, type, name);
            Assert.Equal(one, again.Generator.Generate(again.State, GeneratedMesh.MeshClient, type, name));
            Assert.Equal(16, one!.Version.Length);
        }
    }

    private static GeneratedResource Routes(CachingResourceGenerator caching, MeshState state, ClientView client) =>
        caching.Generate(state, client, XdsTypeUrl.RouteConfiguration, Bookinfo.ReviewsRoutes)!;

    private sealed class CountingGenerator(IResourceGenerator inner) : IResourceGenerator
    {
        public int Calls { get; private set; }

        public GeneratedResource? Generate(MeshState state, ClientView client, string typeUrl, string name)
        {
            Calls++;
            return inner.Generate(state, client, typeUrl, name);
        }

        public IReadOnlyList<string> NamesOf(MeshState state, ClientView client, string typeUrl) => inner.NamesOf(state, client, typeUrl);
    }
}
