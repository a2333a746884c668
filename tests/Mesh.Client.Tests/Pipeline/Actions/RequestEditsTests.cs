using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Headers;

namespace Mesh.Client.Tests.Pipeline.Actions;

public sealed class RequestEditsTests
{
    [Fact]
    public async Task SendAsync_WithEdits_LeavesTheApplicationsRequestAsItWas()
    {
        var sent = await SendAsync(
            Cluster(Level(["x-gone"], Set("x-new", "1"))) with { Host = "other" },
            action => action with { Rewrite = new PathRewrite(null, "/v2") },
            request => request.Headers.Add("x-gone", "1"));

        Assert.False(sent.Wire.Headers.Contains("x-gone"));
        Assert.Equal(("1", "other", "/v2/a?q=1"), (sent.Wire.Headers.GetValues("x-new").Single(), sent.Wire.Headers.Host, sent.Wire.RequestUri!.PathAndQuery));
        Assert.Equal(["x-gone"], sent.Request.Headers.Select(header => header.Key));
        Assert.Equal("http://reviews/api/a?q=1", sent.Request.RequestUri!.AbsoluteUri);
        Assert.Same(sent.Request, sent.Response.RequestMessage);
    }

    [Fact]
    public async Task SendAsync_WithoutEdits_SendsTheRequestItself()
    {
        var sent = await SendAsync(Cluster());

        Assert.Same(sent.Request, sent.Wire);
    }

    [Theory]
    [InlineData(HeaderEditKind.AppendOrAdd, "a", "old,new")]
    [InlineData(HeaderEditKind.AppendOrAdd, "b", "new")]
    [InlineData(HeaderEditKind.AddIfAbsent, "a", "old")]
    [InlineData(HeaderEditKind.AddIfAbsent, "b", "new")]
    [InlineData(HeaderEditKind.OverwriteOrAdd, "a", "new")]
    [InlineData(HeaderEditKind.OverwriteOrAdd, "b", "new")]
    [InlineData(HeaderEditKind.OverwriteIfExists, "a", "new")]
    [InlineData(HeaderEditKind.OverwriteIfExists, "b", "")]
    internal async Task SendAsync_EditKind_DecidesWhatBecomesOfTheOldValue(HeaderEditKind kind, string name, string expected)
    {
        var sent = await SendAsync(Cluster(Level([], new HeaderEdit(name, HeaderFormat.Text("new"), kind, KeepEmpty: false))), change: request => request.Headers.Add("a", "old"));

        Assert.Equal(expected, Value(sent.Wire, name));
    }

    [Fact]
    public async Task SendAsync_WithinALevel_RemovesThenOverwritesThenAdds()
    {
        var level = Level(
            ["a"],
            new HeaderEdit("a", HeaderFormat.Text("added"), HeaderEditKind.AppendOrAdd, KeepEmpty: false),
            new HeaderEdit("a", HeaderFormat.Text("set"), HeaderEditKind.OverwriteOrAdd, KeepEmpty: false));

        var sent = await SendAsync(Cluster(level), change: request => request.Headers.Add("a", "old"));

        Assert.Equal("set,added", Value(sent.Wire, "a"));
    }

    [Fact]
    public async Task SendAsync_SeveralLevels_AreDoneInOrder()
    {
        var sent = await SendAsync(Cluster(Level([], Set("a", "1")), Level([], Set("a", "%REQ(a)%2"))));

        Assert.Equal("12", Value(sent.Wire, "a"));
    }

    [Theory]
    [InlineData("%PROTOCOL%", "HTTP/1.1")]
    [InlineData("%REQ(:path)%", "/api/a?q=1")]
    [InlineData("%REQ(:METHOD)% %REQ(:AUTHORITY)% %REQ(:SCHEME)%", "GET reviews http")]
    [InlineData("%REQ(x-user?:PATH)%", "jason")]
    [InlineData("%REQ(x-none?x-user):2%", "ja")]
    [InlineData("%REQ(X-USER):50%", "jason")]
    [InlineData("%REQ_WITHOUT_QUERY(:PATH)%", "/api/a")]
    [InlineData("%QUERY_PARAM(q)%", "1")]
    [InlineData("%ROUTE_NAME%/%UPSTREAM_CLUSTER%", "rule/one")]
    [InlineData("%HOSTNAME% %ENVIRONMENT(POD_NAME)%", "host-1 pod-1")]
    [InlineData("%START_TIME(%Y)%-%DURATION%", "2030-0")]
    [InlineData("100%%", "100%")]
    [InlineData("a-%DOWNSTREAM_REMOTE_ADDRESS%-%UPSTREAM_REMOTE_ADDRESS%-b", "a---b")]
    public async Task SendAsync_Variable_HasItsValue(string format, string expected)
    {
        var sent = await SendAsync(Cluster(Level([], Set("x-value", format))), change: request => request.Headers.Add("x-user", "jason"));

        Assert.Equal(expected, Value(sent.Wire, "x-value"));
    }

    [Theory]
    [InlineData("%ENVIRONMENT(SECRET)%")]
    [InlineData("%DOWNSTREAM_REMOTE_ADDRESS%")]
    [InlineData("%REQ(x-none)%")]
    [InlineData("")]
    public async Task SendAsync_EmptyValue_SetsNoHeaderUnlessKept(string format)
    {
        var sent = await SendAsync(Cluster(Level([], Set("x-value", format), Set("x-kept", format) with { KeepEmpty = true })));

        Assert.False(sent.Wire.Headers.Contains("x-value"));
        Assert.True(sent.Wire.Headers.Contains("x-kept"));
    }

    [Fact]
    public async Task SendAsync_ConnectionHeaders_CannotBeEdited()
    {
        var level = Level(["Transfer-Encoding"], Set("Connection", "close"), Set("content-length", "99"), Set("Upgrade", "h2c"), Set("x-ok", "1"));

        var sent = await SendAsync(Cluster(level), change: request => request.Content = new StringContent("body"));

        Assert.Equal(["x-ok"], sent.Wire.Headers.Select(header => header.Key));
        Assert.Equal(4, sent.Wire.Content!.Headers.ContentLength);
    }

    [Fact]
    public async Task SendAsync_ContentHeaders_AreEditedOnTheCopyAndTheBodyIsTheSame()
    {
        var sent = await SendAsync(
            Cluster(Level(["Content-Language"], Set("Content-Type", "text/csv"))),
            change: request =>
            {
                request.Content = new StringContent("a,b");
                request.Content.Headers.ContentLanguage.Add("de");
            });

        Assert.Equal("text/csv", sent.Wire.Content!.Headers.ContentType!.MediaType);
        Assert.Empty(sent.Wire.Content.Headers.ContentLanguage);
        Assert.Equal("a,b", await sent.Wire.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("text/plain", "de"), (sent.Request.Content!.Headers.ContentType!.MediaType, sent.Request.Content.Headers.ContentLanguage.Single()));
    }

    [Theory]
    [InlineData("/v2", "/v2/a?q=1")]
    [InlineData("/./x/../%41", "/./x/../%41/a?q=1")]
    public async Task SendAsync_PathRewrite_IsSentCharacterByCharacterAndTheOldPathIsTold(string replacement, string expected)
    {
        var sent = await SendAsync(Cluster(), action => action with { Rewrite = new PathRewrite(null, replacement) });

        Assert.Equal(expected, sent.Wire.RequestUri!.PathAndQuery);
        Assert.Equal("/api/a?q=1", Value(sent.Wire, "x-envoy-original-path"));
        Assert.Null(sent.Wire.Headers.Host);
    }

    [Fact]
    public async Task SendAsync_HostRewrites_GoBeforeTheWeightedClusters()
    {
        var cluster = Cluster() with { Host = "of-cluster" };

        var literal = await SendAsync(cluster, action => action with { HostRewrite = new(HostRewriteKind.Literal, "of-route"), AppendsForwardedHost = true });
        var header = await SendAsync(cluster, action => action with { HostRewrite = new(HostRewriteKind.Header, "x-host") }, request => request.Headers.Add("x-host", "of-header"));
        var absent = await SendAsync(cluster, action => action with { HostRewrite = new(HostRewriteKind.Header, "x-host") });
        var pattern = await SendAsync(cluster, action => action with { HostRewrite = new(HostRewriteKind.PathPattern, "\\1.svc", "^/([a-z]+)/.*$") });

        Assert.Equal("of-route", literal.Wire.Headers.Host);
        Assert.Equal("of-cluster", Value(literal.Wire, "x-forwarded-host"));
        Assert.Equal("of-header", header.Wire.Headers.Host);
        Assert.Equal("of-cluster", absent.Wire.Headers.Host);
        Assert.Equal("api.svc", pattern.Wire.Headers.Host);
    }

    private static HeaderEdit Set(string name, string format)
    {
        var errors = new DecodeErrors();
        var value = HeaderFormatDecoder.Decode(format, errors);
        Assert.Empty(errors.ToImmutable());
        return new HeaderEdit(name, value!, HeaderEditKind.OverwriteOrAdd, KeepEmpty: false);
    }

    private static HeaderEdits Level(string[] remove, params HeaderEdit[] set) => new([.. remove], [.. set]);

    private static WeightedCluster Cluster(params HeaderEdits[] levels) => new("one", 1) { RequestEdits = [.. levels] };

    private static string Value(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    private static async Task<(HttpRequestMessage Request, HttpRequestMessage Wire, HttpResponseMessage Response)> SendAsync(
        WeightedCluster cluster,
        Func<ForwardAction, ForwardAction>? with = null,
        Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage? wire = null;
        var endpoints = new ScriptedEndpoints((request, _) =>
        {
            wire = request;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
        });
        var action = new ForwardAction { Clusters = [cluster] };
        var match = OutboundHarness.Any with { Path = new PathMatch(PathMatchKind.Prefix, "/api", IgnoreCase: false) };
        using var mesh = new OutboundHarness(endpoints, time: new Testing.Time.FakeTimeProvider())
            .Route("reviews", [new Route("rule", match, with?.Invoke(action) ?? action)], ("one", [1]));
        var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews/api/a?q=1");
        change?.Invoke(request);
        var response = await mesh.Invoker.SendAsync(request, TestContext.Current.CancellationToken);
        return (request, wire!, response);
    }
}
