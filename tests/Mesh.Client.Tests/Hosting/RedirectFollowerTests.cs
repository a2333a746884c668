using System.Collections.Frozen;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Propagation;
using Mesh.Client.Tests.Pipeline;

namespace Mesh.Client.Tests.Hosting;

/// <summary>A client that follows redirects by itself goes on doing so when the mesh takes its handler's place.</summary>
public sealed class RedirectFollowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, string, string?> Followed
    {
        get
        {
            var rows = new TheoryData<int, string, string?>();
            foreach (var status in (int[])[300, 301, 302])
            {
                rows.Add(status, "GET", "GET");
                rows.Add(status, "HEAD", "HEAD");
                rows.Add(status, "POST", "GET");
                rows.Add(status, "PUT", "PUT");
                rows.Add(status, "DELETE", "DELETE");
            }

            foreach (var (method, then) in ((string, string)[])[("GET", "GET"), ("HEAD", "HEAD"), ("POST", "GET"), ("PUT", "GET"), ("DELETE", "GET")])
            {
                rows.Add(303, method, then);
                rows.Add(307, method, method);
                rows.Add(308, method, method);
                rows.Add(304, method, null);
                rows.Add(305, method, null);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Followed))]
    public async Task SendAsync_OfEachMethod_FollowsAsTheOwnHandlerDoes(int status, string method, string? then)
    {
        await using var own = await KestrelEndpoint.StartAsync(context =>
        {
            if (context.Request.Path == "/a")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "/b";
            }
            else
            {
                context.Response.Headers["seen"] = $"{context.Request.Method} {context.Request.ContentLength ?? 0}";
            }

            return Task.CompletedTask;
        });
        using var mesh = new OutboundHarness().Forward("reviews", own.Http1);
        using var without = new HttpClient(new SocketsHttpHandler());
        using var with = new HttpClient(mesh.Handlers.CreateHandler(new SocketsHttpHandler()));

        using var expected = await without.SendAsync(Create($"http://127.0.0.1:{own.Http1}/a"), Cancellation);
        using var actual = await with.SendAsync(Create("http://reviews/a"), Cancellation);

        Assert.Equal(then, Seen(actual)?.Split(' ')[0]);
        Assert.Equal(Seen(expected), Seen(actual));
        Assert.Equal(expected.StatusCode, actual.StatusCode);

        HttpRequestMessage Create(string uri) =>
            new(new HttpMethod(method), uri) { Content = method is "POST" or "PUT" ? new StringContent("text") : null };
    }

    [Fact]
    public async Task SendAsync_ToAnotherService_GoesThroughTheMeshAgain()
    {
        using var rig = new Rig(request => request.RequestUri!.Host == "a" ? Redirect(HttpStatusCode.Found, "http://b/there") : Ok());
        rig.Mesh.Forward("a", 1).Forward("b", 2);
        var request = new HttpRequestMessage(HttpMethod.Get, "http://a/here#part");
        request.Headers.Host = "a";
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");

        using var response = await rig.Client().SendAsync(request, Cancellation);

        Assert.Equal([(1, 1), (2, 1)], rig.Endpoints.Requests.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("http://b/there#part", request.RequestUri!.ToString());
        Assert.Null(request.Headers.Host);
        Assert.Null(request.Headers.Authorization);
    }

    [Theory]
    [InlineData("http://outside.example/there", false)]
    [InlineData("https://a/there", false)]
    [InlineData("http://a:81/there", false)]
    [InlineData("http://a/there", true)]
    [InlineData("/there", true)]
    public async Task S22_RedirectToAnotherOrigin_CarriesNothingOfTheMesh(string location, bool expected)
    {
        using var rig = new Rig(request => request.RequestUri!.AbsolutePath == "/here" ? Redirect(HttpStatusCode.Found, location) : Ok());
        rig.Mesh.Forward("a", 1).Forward("outside.example", 2);
        foreach (var authority in new[] { new Authority("a", 443), new Authority("a", 81) })
        {
            rig.Mesh.Publish(new Destination
            {
                Authority = authority,
                Status = DestinationStatus.Routed,
                VirtualHost = new VirtualHost("a", ["a"], [OutboundHarness.To("one")]),
                Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", 3) }.ToFrozenDictionary(),
            });
        }

        var request = new HttpRequestMessage(HttpMethod.Get, "http://a/here");
        string[] names = ["x-envoy-upstream-rq-timeout-ms", "X-Mesh-Subset", "x-forwarded-client-cert"];
        Array.ForEach(names, name => request.Headers.TryAddWithoutValidation(name, "1000"));
        request.Headers.TryAddWithoutValidation("x-own", "stays");

        using var response = await rig.Client().SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(names, name => Assert.Equal(expected, request.Headers.Contains(name)));
        Assert.True(request.Headers.Contains("x-own"));
    }

    [Fact]
    public async Task SendAsync_AtTheLimit_ReturnsTheLastRedirect()
    {
        using var rig = new Rig(request => Redirect(HttpStatusCode.Found, "/again"));
        rig.Mesh.Forward("a", 1);

        using var response = await rig.Client(new HttpClientHandler { MaxAutomaticRedirections = 3 }).GetAsync("http://a/", Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(4, rig.Endpoints.Requests[1]);
    }

    [Fact]
    public async Task SendAsync_WhenTheOwnHandlerDoesNotFollow_ReturnsTheRedirect()
    {
        using var rig = new Rig(request => Redirect(HttpStatusCode.Found, "/again"));
        rig.Mesh.Forward("a", 1);

        foreach (var primary in (HttpMessageHandler[])
            [
                new SocketsHttpHandler { AllowAutoRedirect = false },
                new HttpClientHandler { AllowAutoRedirect = false },
                new OwnHandler(new SocketsHttpHandler { AllowAutoRedirect = false }),
                new OwnHandler(new ScriptedEndpoints().Create(null!)),
            ])
        {
            using var response = await rig.Client(primary).GetAsync("http://a/", Cancellation);
            Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        }

        using var made = new HttpClient(rig.Mesh.Handlers.CreateHandler());
        Assert.Equal(HttpStatusCode.Found, (await made.GetAsync("http://a/", Cancellation)).StatusCode);
        Assert.Equal(5, rig.Endpoints.Requests[1]);
    }

    [Theory]
    [InlineData("https://a/", "http://a/open")]
    [InlineData("http://a/", null)]
    public async Task SendAsync_ToNowhereOrOutOfTls_ReturnsTheRedirect(string uri, string? location)
    {
        using var rig = new Rig(request => Redirect(HttpStatusCode.Found, location));
        rig.Mesh.Forward("a", 1).Publish(Rig.Secure("a"));

        using var response = await rig.Client().GetAsync(uri, Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(1, rig.Endpoints.Requests.Values.Sum());
    }

    [Fact]
    public async Task SendAsync_OfAGrpcCall_ReturnsTheRedirect()
    {
        using var rig = new Rig(request => Redirect(HttpStatusCode.TemporaryRedirect, "/again"));
        rig.Mesh.Forward("a", 1);
        using var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");

        using var response = await rig.Client().PostAsync("http://a/test.Service/Call", content, Cancellation);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
    }

    [Fact]
    public async Task SendAsync_OutOfTheMesh_LeavesToTheOwnHandlerWhatItFollows()
    {
        var sent = 0;
        await using var outside = await KestrelEndpoint.StartAsync(context =>
        {
            Interlocked.Increment(ref sent);
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var rig = new Rig(request => Redirect(HttpStatusCode.Found, $"http://127.0.0.1:{outside.Http1}/"));
        rig.Mesh.Forward("a", 1).Answer("127.0.0.1", DestinationStatus.Unknown, port: outside.Http1);

        using var response = await rig.Client(new SocketsHttpHandler { MaxAutomaticRedirections = 3 }).GetAsync("http://a/", Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(4, sent);
    }

    [Fact]
    public async Task SendAsync_OutOfTheMesh_TakesTheCarriedHeadersOff()
    {
        var inside = new List<string>();
        using var outside = new OwnHandler(new SocketsHttpHandler());
        using var rig = new Rig(request =>
        {
            inside.AddRange(request.Headers.Select(header => $"{header.Key}={header.Value.Single()}"));
            return Redirect(HttpStatusCode.Found, "http://outside/");
        });
        rig.Mesh.Forward("a", 1).Answer("outside", DestinationStatus.Unknown);
        CallContext.Current = new CallContext { Headers = [new("end-user", "jason"), new("x-lane", "blue")] };
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a/");
        request.Headers.Add("x-lane", "green");

        using var response = await rig.Client(outside).SendAsync(request, Cancellation);

        Assert.Equal(["end-user=jason", "x-lane=green"], inside.Order());
        Assert.Equal(["x-lane=green"], outside.Seen);
    }

    private static string? Seen(HttpResponseMessage response) =>
        response.Headers.TryGetValues("seen", out var values) ? values.Single() : null;

    private static HttpResponseMessage Ok() => new(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };

    private static HttpResponseMessage Redirect(HttpStatusCode status, string? location)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        response.Headers.Location = location is null ? null : new Uri(location, UriKind.RelativeOrAbsolute);
        return response;
    }

    /// <summary>Services a script answers for, and clients that the mesh took over.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly List<HttpClient> _clients = [];

        public Rig(Func<HttpRequestMessage, HttpResponseMessage> answer)
        {
            Endpoints = new ScriptedEndpoints((request, _) => Task.FromResult(answer(request)));
            Mesh = new OutboundHarness(Endpoints);
        }

        public ScriptedEndpoints Endpoints { get; }

        public OutboundHarness Mesh { get; }

        public HttpClient Client(HttpMessageHandler? primary = null)
        {
            _clients.Add(new HttpClient(Mesh.Handlers.CreateHandler(primary ?? new SocketsHttpHandler())));
            return _clients[^1];
        }

        public static Destination Secure(string host) => new()
        {
            Authority = new Authority(host, 443),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost(host, [host], [OutboundHarness.To("one")]),
            Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", 2) }.ToFrozenDictionary(),
        };

        public void Dispose()
        {
            _clients.ForEach(client => client.Dispose());
            Mesh.Dispose();
        }
    }

    /// <summary>A primary handler of an application, over one of .NET's: answers itself and keeps the headers it saw.</summary>
    private sealed class OwnHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public List<string> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.AddRange(request.Headers.Select(header => $"{header.Key}={header.Value.Single()}"));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
        }
    }
}
