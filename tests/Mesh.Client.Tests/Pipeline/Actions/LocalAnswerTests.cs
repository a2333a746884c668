using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Pipeline.Actions;

public sealed class LocalAnswerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_Redirect_IsAnsweredWithoutAnEndpoint()
    {
        using var mesh = Answering(new RedirectAction { StatusCode = 307, Host = "other", Path = "/b" }, HeaderFormat.Text("1"));

        using var response = await mesh.GetAsync("http://reviews/a?q=1");

        Assert.Equal((HttpStatusCode.TemporaryRedirect, "http://other/b?q=1"), (response.StatusCode, response.Headers.Location!.AbsoluteUri));
        Assert.Equal("1", response.Headers.GetValues("x-edited").Single());
        Assert.Equal("http://reviews/a?q=1", response.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task SendAsync_RedirectForAClientThatFollows_IsFollowedThroughTheMesh()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = new OutboundHarness(endpoints).Route(
            "reviews",
            [
                new Route("old", OutboundHarness.Any with { Path = new PathMatch(PathMatchKind.Exact, "/old", IgnoreCase: false) }, new RedirectAction { StatusCode = 302, Path = "/new" }),
                OutboundHarness.To("one"),
            ],
            ("one", [1]));
        using var client = new HttpMessageInvoker(mesh.Handlers.CreateHandler(new SocketsHttpHandler()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/old");

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal((HttpStatusCode.OK, "/new"), (response.StatusCode, response.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.Equal(1, endpoints.Requests[1]);
    }

    [Fact]
    public async Task SendAsync_RedirectOntoItself_EndsAtTheClientsLimit()
    {
        using var mesh = Answering(new RedirectAction { StatusCode = 302 });
        using var client = new HttpMessageInvoker(mesh.Handlers.CreateHandler(new SocketsHttpHandler { MaxAutomaticRedirections = 3 }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/old");

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_DirectResponse_HasItsStatusAndBody()
    {
        using var mesh = Answering(new DirectResponseAction(418, Encoding.UTF8.GetBytes("teapot")));

        using var response = await mesh.GetAsync("http://reviews/a");

        Assert.Equal((418, "teapot"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Null(response.Headers.Location);
    }

    [Fact]
    public async Task SendAsync_DirectResponseWith201_SaysWhere()
    {
        using var mesh = Answering(new DirectResponseAction(201, default));

        using var response = await mesh.GetAsync("http://reviews/a?q=1");

        Assert.Equal("http://reviews/a?q=1", response.Headers.Location!.AbsoluteUri);
    }

    [Theory]
    [InlineData(503, "14")]
    [InlineData(404, "12")]
    [InlineData(200, "2")]
    public async Task SendAsync_DirectResponseForGrpc_IsTrailersOnlyWithTheMappedStatus(int status, string grpcStatus)
    {
        using var mesh = Answering(new DirectResponseAction(status, Encoding.UTF8.GetBytes("closed")));

        using var response = await mesh.GetAsync("http://reviews/a", AsGrpc);

        Assert.Equal((HttpStatusCode.OK, grpcStatus), (response.StatusCode, response.Headers.GetValues("grpc-status").Single()));
        Assert.Equal("closed", response.Headers.GetValues("grpc-message").Single());
    }

    [Fact]
    public async Task SendAsync_RedirectForGrpc_IsUnavailable()
    {
        using var mesh = Answering(new RedirectAction { StatusCode = 301 });

        using var response = await mesh.GetAsync("http://reviews/a", AsGrpc);

        Assert.Equal("14", response.Headers.GetValues("grpc-status").Single());
    }

    private static void AsGrpc(HttpRequestMessage request)
    {
        request.Method = HttpMethod.Post;
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    private static OutboundHarness Answering(RouteAction action, HeaderFormat? edit = null) => new OutboundHarness().Route(
        "reviews",
        [
            new Route("", OutboundHarness.Any, action)
            {
                ResponseEdits = edit is null ? [] : [new HeaderEdits([], [new HeaderEdit("x-edited", edit, HeaderEditKind.OverwriteOrAdd, KeepEmpty: false)])],
            },
        ]);
}
