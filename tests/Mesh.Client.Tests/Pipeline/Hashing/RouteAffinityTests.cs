using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using System.Text;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;
using Mesh.Client.Tests.Transport;

namespace Mesh.Client.Tests.Pipeline.Hashing;

public sealed class RouteAffinityTests : IDisposable
{
    private static readonly int[] Ports = [1, 2, 3, 4, 5, 6, 7];

    // Seven endpoints in a table of seven: a hash leads to the place of its remainder.
    private static readonly LoadBalancingPolicy Table = new(LoadBalancingKind.Maglev) { TableSize = 7 };

    private readonly OutboundHarness _mesh = new(new ScriptedEndpoints());

    public void Dispose() => _mesh.Dispose();

    [Fact]
    public async Task SendAsync_WithAHeaderPolicy_GoesWhereTheHeaderLeads()
    {
        Route(new HashPolicy(HashPolicyKind.Header, "x-user"));

        Assert.Equal(PlaceOf(XxHash64.Hash("jason")), await PortAsync(request => request.Headers.Add("x-user", "jason")));
        Assert.Equal(PlaceOf(XxHash64.Hash("mary")), await PortAsync(request => request.Headers.Add("x-user", "mary")));
    }

    [Fact]
    public async Task SendAsync_WithSeveralValuesOfTheHeader_DoesNotMindTheirOrder()
    {
        Route(new HashPolicy(HashPolicyKind.Header, "x-user"));
        var expected = PlaceOf(XxHash64.Hash("barfoo"));

        Assert.Equal(expected, await PortAsync(request => request.Headers.Add("x-user", ["foo", "bar"])));
        Assert.Equal(expected, await PortAsync(request => request.Headers.Add("x-user", ["bar", "foo"])));
    }

    [Fact]
    public async Task SendAsync_WithARewriteOfTheHeader_HashesWhatItMakes()
    {
        Route(new HashPolicy(HashPolicyKind.Header, "x-user") { Pattern = "^([a-z]+)-.*$", Substitution = "\\1!" });

        Assert.Equal(PlaceOf(XxHash64.Hash("jason!")), await PortAsync(request => request.Headers.Add("x-user", "jason-42")));
    }

    [Fact]
    public async Task SendAsync_WithAQueryParameterPolicy_HashesTheFirstAsItIsWritten()
    {
        Route(new HashPolicy(HashPolicyKind.QueryParameter, "id"));

        Assert.Equal(PlaceOf(XxHash64.Hash("a%20b")), await PortAsync(path: "/x?other=1&id=a%20b&id=2"));
    }

    [Fact]
    public async Task SendAsync_WithSeveralPolicies_RotatesWhatIsBeforeAndStopsAtATerminalOne()
    {
        Route(
            new HashPolicy(HashPolicyKind.Header, "x-absent", IsTerminal: true),
            new HashPolicy(HashPolicyKind.Header, "x-a"),
            new HashPolicy(HashPolicyKind.Header, "x-b", IsTerminal: true),
            new HashPolicy(HashPolicyKind.Header, "x-c"));

        var port = await PortAsync(request =>
        {
            request.Headers.Add("x-a", "same");
            request.Headers.Add("x-b", "same");
            request.Headers.Add("x-c", "other");
        });

        Assert.Equal(PlaceOf(BitOperations.RotateLeft(XxHash64.Hash("same"), 1) ^ XxHash64.Hash("same")), port);
    }

    [Theory]
    [InlineData(nameof(HashPolicyKind.SourceIp))]
    [InlineData(nameof(HashPolicyKind.Channel))]
    public async Task SendAsync_WithAPolicyOfTheProcess_StaysAtOneEndpoint(string kind)
    {
        Route(new HashPolicy(Enum.Parse<HashPolicyKind>(kind)));

        Assert.Single((await PortsAsync(20)).Distinct());
    }

    [Fact]
    public async Task SendAsync_WithoutAnythingToHash_GoesAnywhere()
    {
        Route(new HashPolicy(HashPolicyKind.Header, "x-user"));

        Assert.True((await PortsAsync(60)).Distinct().Count() > 3);
    }

    [Fact]
    public async Task SendAsync_WithACookie_HashesItsValueWithoutQuotes()
    {
        Route(new HashPolicy(HashPolicyKind.Cookie, "user") { Cookie = new CookieTemplate("user", "", TimeSpan.Zero, []) });

        using var response = await _mesh.GetAsync("http://reviews/a", request => request.Headers.Add("Cookie", "a=b; user=\"jason\"; c=d"));

        Assert.Equal(PlaceOf(XxHash64.Hash("jason")), await PortOf(response));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SendAsync_WithoutTheCookie_GivesOneThatLeadsToTheSameEndpoint()
    {
        Route(new HashPolicy(HashPolicyKind.Cookie, "user")
        {
            Cookie = new CookieTemplate("user", "/a", TimeSpan.FromMinutes(1), [KeyValuePair.Create("SameSite", "Strict"), KeyValuePair.Create("Secure", "")]),
        });

        using var response = await _mesh.GetAsync("http://reviews/a");

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^user=\"[0-9a-f]{16}\"; Max-Age=60; Path=/a; SameSite=Strict; Secure; HttpOnly$", cookie);
        Assert.Equal(PlaceOf(XxHash64.Hash(cookie.AsSpan(6, 16))), await PortOf(response));
    }

    [Fact]
    public async Task SendAsync_WithACookiePolicyThatMakesNone_GivesNone()
    {
        Route(new HashPolicy(HashPolicyKind.Cookie, "user"));

        using var response = await _mesh.GetAsync("http://reviews/a");

        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SendAsync_WithASession_StaysAtItsEndpointAndSaysSoOnce()
    {
        RouteSessions(new CookieTemplate("session", "/a", TimeSpan.FromSeconds(120), []));

        using var first = await _mesh.GetAsync("http://reviews/a/x");
        var port = await PortOf(first);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        var value = Convert.ToBase64String(Encoding.UTF8.GetBytes($"127.0.0.1:{port}"));
        Assert.Equal($"session=\"{value}\"; Max-Age=120; Path=/a; HttpOnly", cookie);

        for (var request = 0; request < 10; request++)
        {
            using var next = await _mesh.GetAsync("http://reviews/a", message => message.Headers.Add("Cookie", $"session={value}"));
            Assert.Equal(port, await PortOf(next));
            Assert.False(next.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task D13_WithASessionOfAnEndpointThatIsGone_MovesIt()
    {
        RouteSessions(new CookieTemplate("session", "", TimeSpan.Zero, []));

        using var response = await _mesh.GetAsync("http://reviews/a", message => message.Headers.Add("Cookie", "session=MTI3LjAuMC4xOjk5OQ=="));

        var value = Convert.ToBase64String(Encoding.UTF8.GetBytes($"127.0.0.1:{await PortOf(response)}"));
        Assert.Equal($"session=\"{value}\"; HttpOnly", Assert.Single(response.Headers.GetValues("Set-Cookie")));
    }

    [Theory]
    [InlineData("127.0.0.1:3", HttpStatusCode.OK, null)]
    [InlineData("127.0.0.1:999", HttpStatusCode.ServiceUnavailable, "UH")]
    [InlineData(null, HttpStatusCode.OK, null)]
    public async Task SendAsync_WithAStrictSession_GoesToItsEndpointOrFails(string? session, HttpStatusCode status, string? flags)
    {
        RouteSessions(new CookieTemplate("session", "", TimeSpan.Zero, []), isStrict: true);

        using var response = await _mesh.GetAsync("http://reviews/a", request =>
        {
            if (session is not null)
            {
                request.Headers.Add("Cookie", $"session={Convert.ToBase64String(Encoding.UTF8.GetBytes(session))}");
            }
        });

        Assert.Equal(status, response.StatusCode);
        if (flags is not null)
        {
            // The session is not moved: its endpoint may come back.
            Assert.Equal(flags, response.Flags());
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }
        else if (session is not null)
        {
            Assert.Equal(3, await PortOf(response));
        }
    }

    [Fact]
    public async Task SendAsync_WithASessionInEnvoysForm_StaysAtItsEndpoint()
    {
        RouteSessions(new CookieTemplate("session", "", TimeSpan.Zero, []));
        byte[] message = [0x0A, 11, .. Encoding.ASCII.GetBytes("127.0.0.1:3"), 0x10, 0x05];

        using var response = await _mesh.GetAsync("http://reviews/a", request => request.Headers.Add("Cookie", $"session={Convert.ToBase64String(message)}"));

        Assert.Equal(3, await PortOf(response));
    }

    [Theory]
    [InlineData("/b")]
    [InlineData("/ab")]
    public async Task SendAsync_OutsideOfTheCookiesPath_HasNoSession(string path)
    {
        RouteSessions(new CookieTemplate("session", "/a", TimeSpan.Zero, []));

        using var response = await _mesh.GetAsync($"http://reviews{path}");

        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private void Route(params ImmutableArray<HashPolicy> policies) => Publish(new ForwardAction { Clusters = [new WeightedCluster("one", 1)], HashPolicies = policies });

    private void RouteSessions(CookieTemplate cookie, bool isStrict = false) =>
        Publish(new ForwardAction { Clusters = [new WeightedCluster("one", 1)], Session = new SessionPolicy(cookie, isStrict) });

    private void Publish(ForwardAction action)
    {
        var cluster = OutboundHarness.Cluster("one", Ports) with { Policy = new ClusterPolicy { LoadBalancing = Table } };
        _mesh.Publish(new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], [new Route("r", OutboundHarness.Any, action)]),
            Clusters = new Dictionary<string, Cluster> { ["one"] = cluster }.ToFrozenDictionary(),
        });
    }

    private static int PlaceOf(ulong hash)
    {
        var endpoints = Ports.Select(port => new Mesh.Client.LoadBalancing.WeightedEndpoint(
            new Mesh.Client.LoadBalancing.BalancedEndpoint(new EndpointAddress("127.0.0.1", port)), 1, $"127.0.0.1:{port}"));
        return new MaglevTable([.. endpoints], 7).Pick(hash, attempt: 0).Address.Port;
    }

    private async Task<int> PortAsync(Action<HttpRequestMessage>? change = null, string path = "/a")
    {
        using var response = await _mesh.GetAsync($"http://reviews{path}", change);
        return await PortOf(response);
    }

    private async Task<List<int>> PortsAsync(int requests)
    {
        var ports = new List<int>();
        for (var request = 0; request < requests; request++)
        {
            ports.Add(await PortAsync());
        }

        return ports;
    }

    private static async Task<int> PortOf(HttpResponseMessage response) =>
        int.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
}
