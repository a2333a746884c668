using Mesh.Client;
using Mesh.Client.Propagation;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Propagation;

public sealed class CallerHeaderStageTests
{
    private static readonly RequestIds Ids = new(new Random(3));

    [Fact]
    public async Task Wrap_WithoutARequestId_GivesARandomUuid()
    {
        var (first, second) = (await RunAsync(new(), []), await RunAsync(new(), []));

        var id = Guid.Parse(first["x-request-id"].ToString());
        Assert.Equal(4, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.NotEqual(first["x-request-id"].ToString(), second["x-request-id"].ToString());
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("", false)]
    public async Task Wrap_WithARequestId_KeepsIt(string brought, bool isKept)
    {
        var headers = await RunAsync(new(), [("x-request-id", brought)]);

        Assert.Equal(isKept, headers["x-request-id"] == brought);
        Assert.NotEqual("", headers["x-request-id"].ToString());
    }

    [Fact]
    public async Task Wrap_WithAnEndlessRequestId_ReplacesIt() =>
        Assert.Equal(36, (await RunAsync(new(), [("x-request-id", new string('a', 5000))]))["x-request-id"].ToString().Length);

    [Fact]
    public async Task Wrap_SwitchedOff_GivesNone() =>
        Assert.Empty(await RunAsync(new MeshPropagationOptions { GenerateRequestId = false }, []));

    [Theory]
    [InlineData(true, true, "mine", "a=1", "blue")]
    [InlineData(true, false, null, "", "blue")]
    [InlineData(false, false, "mine", "a=1", "blue")]
    public async Task Wrap_AtTheEdge_TakesOffWhatOutsidersChoose(bool isEdge, bool isPeer, string? id, string baggage, string lane)
    {
        var headers = await RunAsync(new MeshPropagationOptions { Edge = isEdge }, [("x-request-id", "mine"), ("baggage", "a=1"), ("x-lane", "blue")], isPeer);

        Assert.Equal(id is not null, headers["x-request-id"] == "mine");
        Assert.Equal((baggage, lane), (headers["baggage"].ToString(), headers["x-lane"].ToString()));
    }

    [Fact]
    public async Task Wrap_AtTheEdgeWithNamesOfItsOwn_TakesOffThose()
    {
        var headers = await RunAsync(new MeshPropagationOptions { Edge = true, EdgeHeaders = { "x-lane" } }, [("x-request-id", "mine"), ("x-lane", "blue")]);

        Assert.Equal(("mine", 0), (headers["x-request-id"].ToString(), headers["x-lane"].Count));
    }

    private static async Task<IHeaderDictionary> RunAsync(MeshPropagationOptions options, (string Name, string Value)[] headers, bool isPeer = false)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        if (isPeer)
        {
            context.Features.Set<IMeshPeerFeature>(new Peer());
        }

        await new CallerHeaderStage(options, Ids).Wrap(_ => Task.CompletedTask)(context);
        return context.Request.Headers;
    }

    private sealed class Peer : IMeshPeerFeature
    {
        public string PeerId => "spiffe://cluster.local/ns/default/sa/reviews";

        public string TrustDomain => "cluster.local";

        public string? Namespace => "default";

        public string? ServiceAccount => "reviews";
    }
}
