using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Client.Tests.Pipeline.Connections;
using Mesh.Client.Tests.Transport;
using Mesh.Client.Tests.Transport.Tls;
using Mesh.Testing.Connections;
using Mesh.Testing.Spiffe;
using Microsoft.AspNetCore.Http;
using Endpoint = Mesh.Client.Model.Endpoint;

namespace Mesh.Client.Tests.Dialing;

/// <summary>One endpoint with several addresses (fault matrix D12, gRFC A61): whatever is spoken reaches the one that answers, and the endpoint stays one.</summary>
public sealed class DualStackTests
{
    private const string Reviews = "spiffe://cluster.local/ns/default/sa/reviews";

    // Nobody listens there: what the tests serve is at 127.0.0.1 alone.
    private const string Dead = "127.0.0.2";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 20_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D12_FirstAddressIsDead_CallReachesTheOther(bool http2)
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync(context.Request.Protocol));
        var port = http2 ? server.Http2 : server.Http1;
        var policy = new ClusterPolicy { Connection = new ConnectionPolicy { Protocol = http2 ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1 } };
        using var mesh = Publish(new OutboundHarness(), At(Dead, port, ("127.0.0.1", port)), policy);

        Assert.Equal(http2 ? "HTTP/2" : "HTTP/1.1", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_ConnectionsAreCounted_CallReachesTheOther()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync(context.Request.Protocol));
        var policy = new ClusterPolicy { Limits = new ConcurrencyLimits { MaxConnections = 1 } };
        using var mesh = Publish(new OutboundHarness(), At(Dead, server.Http1, ("127.0.0.1", server.Http1)), policy);

        Assert.Equal("HTTP/1.1", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_OnlyTheSixthVersionAnswers_CallReachesIt()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var mesh = Publish(new OutboundHarness(), At(Dead, port, ("::1", port)));

        var answer = mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        using var connection = await listener.AcceptTcpClientAsync(Cancellation);
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsix"u8.ToArray(), Cancellation);

        Assert.Equal("six", await answer);
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_FirstAddressSaysNothingAfterItTookTheConnection_MutualTlsIsSpokenToTheOther()
    {
        using var authority = new SvidAuthority();
        await using var peer = await MeshPeer.StartAsync(authority.IssueContext(Reviews));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var endpoint = At("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, ("127.0.0.1", peer.Port));
        using var mesh = Publish(new OutboundHarness(identity: new FakeIdentity(authority).Rotate()), endpoint, Mutual);

        Assert.Equal("HTTP/1.1", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
        Assert.Single(peer.Clients);
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_RawConnection_ReachesTheOther()
    {
        await using var server = new TcpEchoServer("b");
        using var mesh = new ConnectorHarness().Publish(new Destination
        {
            Authority = new Authority("db", ConnectorHarness.Port),
            Status = DestinationStatus.Routed,
            Connections = new ConnectionRoutes { Default = ConnectorHarness.To("one") },
            Clusters = Clusters(ClusterPolicy.Default, At(Dead, server.Port, ("127.0.0.1", server.Port))),
        });

        Assert.Equal("b", await mesh.AskAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_AddressesChangeTheirOrder_ConnectionsAndStandingStay()
    {
        await using var server = await GatedEndpoint.StartAsync();
        server.Open();
        var policy = new ClusterPolicy { OutlierDetection = new OutlierDetectionPolicy() };
        using var mesh = Publish(new OutboundHarness(), At("127.0.0.1", server.Http1), policy);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        var before = mesh.Directory.State.Clusters.Single().Endpoints.Single();

        Endpoint[] later =
        [
            At("127.0.0.1", server.Http1, (Dead, server.Http1)),
            At("127.0.0.1", server.Http1, (Dead, server.Http1), ("127.0.0.3", server.Http1)),
            At(Dead, server.Http1, ("127.0.0.1", server.Http1)),
            At("127.0.0.4", server.Http1, ("127.0.0.1", server.Http1)),
            At("127.0.0.1", server.Http1),
        ];
        foreach (var endpoint in later)
        {
            Publish(mesh, endpoint, policy);
            await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
            Assert.Same(before, mesh.Directory.State.Clusters.Single().Endpoints.Single());
        }

        Assert.Equal(6, Assert.Single(server.Connections).Value);
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_ClustersShareAnEndpointAndOneOfThemGetsASecondAddress_TheOtherKeepsToItsOwn()
    {
        await using var server = await GatedEndpoint.StartAsync();
        server.Open();
        using var mesh = Publish(new OutboundHarness(), At("127.0.0.1", server.Http1));
        Publish(mesh, At("127.0.0.1", server.Http1), host: "ratings");
        Assert.Single(mesh.Directory.State.Clusters.SelectMany(cluster => cluster.Endpoints).Select(endpoint => endpoint.Pool).Distinct());

        Publish(mesh, At("127.0.0.1", server.Http1, (Dead, server.Http1)));

        var lists = mesh.Directory.State.Clusters.Select(cluster => cluster.Endpoints.Single().Pool.Connector.Addresses).ToArray();
        Assert.Equal(1, lists.Count(list => list is null));
        Assert.Equal("inside", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
        Assert.Equal("inside", await mesh.Invoker.GetTextAsync("http://ratings/", Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_AddressByWhichItWasKnownGoesToAnother_IsAnother()
    {
        await using var server = await GatedEndpoint.StartAsync();
        server.Open();
        using var mesh = Publish(new OutboundHarness(), At("127.0.0.1", server.Http1, (Dead, server.Http1)));
        var before = mesh.Directory.State.Clusters.Single().Endpoints.Single();

        Publish(mesh, [At("127.0.0.1", server.Http1), At(Dead, server.Http1, ("127.0.0.3", server.Http1))]);

        var now = mesh.Directory.State.Clusters.Single().Endpoints;
        Assert.Equal(2, now.Select(endpoint => endpoint.Pool).Distinct().Count());
        Assert.Same(before, now.Single(endpoint => endpoint.Address.Host == "127.0.0.1"));
        Assert.Equal("inside", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_LeavesOfAnAggregateTellItInAnotherOrder_WhatComesNextIsFollowed()
    {
        await using var server = await GatedEndpoint.StartAsync();
        server.Open();
        var (one, turned) = (At("127.0.0.1", server.Http1, (Dead, server.Http1)), At(Dead, server.Http1, ("127.0.0.1", server.Http1)));
        using var mesh = Publish(new OutboundHarness(), [one, one]);
        await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);

        // Each leaf has endpoints of its own, and those of one are told before those of the other.
        foreach (var endpoints in new Endpoint[][] { [turned, one], [turned, turned], [one] })
        {
            Publish(mesh, endpoints);
            await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation);
        }

        Assert.Equal(4, Assert.Single(server.Connections).Value);
    }

    [Fact(Timeout = 20_000)]
    public async Task D12_Session_NamesEveryAddressAndIsFoundByAny()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync("well"));
        await using var other = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync("other"));
        var port = server.Http1;
        Endpoint[] endpoints = [At("127.0.0.1", other.Http1), At(Dead, port, ("127.0.0.1", port), ("2001:db8::1", port))];
        using var mesh = PublishSessions(new OutboundHarness(), endpoints);

        using var first = await mesh.GetAsync("http://reviews/", request => request.Headers.Add("Cookie", Cookie($"{Dead}:{port}")));

        // The one in use is the first (gRFC A61).
        Assert.Equal("well", await first.Content.ReadAsStringAsync(Cancellation));
        var expected = $"127.0.0.1:{port},{Dead}:{port},[2001:db8::1]:{port}";
        Assert.Equal(Cookie(expected, quote: "\"") + "; HttpOnly", Assert.Single(first.Headers.GetValues("Set-Cookie")));

        foreach (var session in new[] { expected, $"10.0.0.9:1,[2001:db8::1]:{port}" })
        {
            using var next = await mesh.GetAsync("http://reviews/", request => request.Headers.Add("Cookie", Cookie(session)));
            Assert.Equal("well", await next.Content.ReadAsStringAsync(Cancellation));
            Assert.Equal(session != expected, next.Headers.Contains("Set-Cookie"));
        }
    }

    private static ClusterPolicy Mutual => new()
    {
        Security = new TlsPolicy
        {
            Sni = "outbound_.9080_._.reviews",
            Identity = new TlsIdentity { Provider = new CertificateProviderReference("default", "default") },
            Trust = new TlsTrust { Provider = new CertificateProviderReference("default", "ROOTCA") },
            SubjectAltNames = [new SubjectAltNameMatch(null, new StringMatch(StringMatchKind.Exact, Reviews, IgnoreCase: false))],
        },
    };

    private static Endpoint At(string host, int port, params (string Host, int Port)[] others) => new(new EndpointAddress(host, port), 1, EndpointHealth.Healthy)
    {
        AdditionalAddresses = new ValueList<EndpointAddress>([.. others.Select(other => new EndpointAddress(other.Host, other.Port))]),
    };

    private static OutboundHarness Publish(OutboundHarness mesh, Endpoint endpoint, ClusterPolicy? policy = null, string host = "reviews") =>
        Publish(mesh, [endpoint], policy, host: host);

    private static OutboundHarness Publish(
        OutboundHarness mesh, Endpoint[] endpoints, ClusterPolicy? policy = null, ForwardAction? action = null, string host = "reviews") => mesh.Publish(new Destination
    {
        Authority = new Authority(host, 80),
        Status = DestinationStatus.Routed,
        VirtualHost = new VirtualHost(host, [host], [action is null ? OutboundHarness.To("one") : new Route("one", OutboundHarness.Any, action)]),
        Clusters = Clusters(policy ?? ClusterPolicy.Default, endpoints),
    });

    private static OutboundHarness PublishSessions(OutboundHarness mesh, Endpoint[] endpoints) => Publish(mesh, endpoints, action: new ForwardAction
    {
        Clusters = [new WeightedCluster("one", 1)],
        Session = new SessionPolicy(new CookieTemplate("session", "", TimeSpan.Zero, [])),
    });

    private static FrozenDictionary<string, Cluster> Clusters(ClusterPolicy policy, params Endpoint[] endpoints) => new Dictionary<string, Cluster>
    {
        ["one"] = new() { Name = "one", Policy = policy, Endpoints = new EndpointSet([new LocalityEndpoints(Locality.None, 0, 1, [.. endpoints])]) },
    }.ToFrozenDictionary();

    private static string Cookie(string session, string quote = "") => $"session={quote}{Convert.ToBase64String(Encoding.UTF8.GetBytes(session))}{quote}";
}
