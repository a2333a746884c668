using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Testing.Connections;

namespace Mesh.Client.Tests.Transport.Counted;

public sealed class ConnectionLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithAllConnectionsBusy_WaitsAndThenOverflows()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 1, pending: 1), server.Http1);

        var first = mesh.GetAsync("http://reviews/1");
        await server.InsideAsync(1);
        var second = mesh.GetAsync("http://reviews/2");
        using var third = await mesh.GetAsync("http://reviews/3");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UO", "true"), (third.StatusCode, third.Flags(), third.Headers.GetValues("x-envoy-overloaded").Single()));
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: overflow", await third.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(1, server.Inside);
        server.Open();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        Assert.Single(server.Connections);
        Assert.Equal((0, 0), (ClusterOf(mesh).Limits.Pending.InUse, ClusterOf(mesh).Limits.Requests.InUse));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OverSeveralEndpoints_CountsTheirConnectionsTogether()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 3), server.Http1, server.OtherHttp1);

        var calls = Enumerable.Range(0, 10).Select(index => mesh.GetAsync($"http://reviews/{index}")).ToArray();
        await server.InsideAsync(3);

        // Seven wait: the third endpoint to be asked may not open another connection.
        Assert.Equal(3, server.Connections.Count);
        Assert.Equal((3, 7), (ClusterOf(mesh).Limits.Connections.InUse, ClusterOf(mesh).Limits.Pending.InUse));
        server.Open();
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(call));
        }

        Assert.Equal(3, server.Connections.Count);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToAnEndpointWithoutConnection_OpensOneAtTheLimit()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 1), server.Http1, server.OtherHttp1);

        var calls = Enumerable.Range(0, 2).Select(index => mesh.GetAsync($"http://reviews/{index}")).ToArray();
        await server.InsideAsync(2);

        server.Open();
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(call));
        }
    }

    [Theory(Timeout = 20_000)]
    [InlineData(2u)]
    [InlineData(null)]
    public async Task SendAsync_WhenTheLimitIsRaised_WakesWhoWaits(uint? raised)
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 1), server.Http1);
        var first = mesh.GetAsync("http://reviews/1");
        await server.InsideAsync(1);
        var second = mesh.GetAsync("http://reviews/2");
        Assert.Equal(1, ClusterOf(mesh).Limits.Pending.InUse);

        mesh.Forward("reviews", Limits(connections: raised), server.Http1);

        // The first is still inside: nothing has ended that could have made room.
        await server.InsideAsync(1);
        Assert.Equal(2, server.Connections.Count);
        server.Open();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
        Assert.Equal(0, ClusterOf(mesh).Limits.Pending.InUse);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(1u, null, 1)]
    [InlineData(null, 1u, 2)]
    public async Task SendAsync_WhenALimitComesOrGoes_EndsWhatRunsOnTheOldConnections(uint? connections, uint? pending, int inside)
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(), server.Http1);
        var calls = new List<Task<HttpResponseMessage>> { mesh.GetAsync("http://reviews/old") };
        await server.InsideAsync(1);

        mesh.Forward("reviews", Limits(connections, pending), server.Http1);
        calls.Add(mesh.GetAsync("http://reviews/limited/1"));
        await server.InsideAsync(1);
        calls.Add(mesh.GetAsync("http://reviews/limited/2"));
        await server.InsideAsync(inside - 1);
        Assert.Equal(inside + 1, server.Connections.Count);

        mesh.Forward("reviews", Limits(), server.Http1);
        calls.Add(mesh.GetAsync("http://reviews/new"));
        await server.InsideAsync(3 - inside);

        server.Open();
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(call));
        }

        Assert.Equal((0, 0), (ClusterOf(mesh).Limits.Pending.InUse, ClusterOf(mesh).Limits.Requests.InUse));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenAWaitingCallerGivesUp_MakesRoomInTheQueue()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 1, pending: 1), server.Http1);
        var first = mesh.GetAsync("http://reviews/1");
        await server.InsideAsync(1);
        using var impatient = new CancellationTokenSource();
        var second = mesh.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://reviews/2"), impatient.Token);
        Assert.Equal(1, ClusterOf(mesh).Limits.Pending.InUse);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, ClusterOf(mesh).Limits.Pending.InUse);
        server.Open();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenTheEndpointRefuses_GivesThePlaceBack()
    {
        await using var server = await GatedEndpoint.StartAsync();
        using var closed = new ReservedPort();
        using var mesh = new OutboundHarness().Forward("reviews", Limits(connections: 1, pending: 1), closed.Number);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var response = await mesh.GetAsync("http://reviews/");
            Assert.Equal("UF", response.Flags());
        }

        Assert.Equal((0, 0), (ClusterOf(mesh).Limits.Connections.InUse, ClusterOf(mesh).Limits.Pending.InUse));
    }

    [Theory(Timeout = 20_000)]
    [InlineData(1u, false, 6)]
    [InlineData(2u, false, 3)]
    [InlineData(2u, true, 3)]
    [InlineData(4u, true, 2)]
    public async Task SendAsync_WithMaxRequestsPerConnection_OpensAnotherAfterSoMany(uint requests, bool http2, int connections)
    {
        await using var server = await GatedEndpoint.StartAsync();
        server.Open();
        var connection = new ConnectionPolicy { MaxRequests = requests, Protocol = http2 ? UpstreamProtocol.Http2 : UpstreamProtocol.OfRequest };
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Connection = connection }, http2 ? server.Http2 : server.Http1);

        for (var index = 0; index < 6; index++)
        {
            using var response = await mesh.GetAsync($"http://reviews/{index}");
            Assert.Equal("inside", await response.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.Equal(connections, server.Connections.Count);
        Assert.All(server.Connections.Values, count => Assert.InRange(count, 1, (int)requests));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithMaxConcurrentStreams_SpreadsOverConnections()
    {
        await using var server = await GatedEndpoint.StartAsync();
        var connection = new ConnectionPolicy { MaxConcurrentStreams = 2, Protocol = UpstreamProtocol.Http2 };
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Connection = connection }, server.Http2);

        var calls = Enumerable.Range(0, 5).Select(index => mesh.GetAsync($"http://reviews/{index}")).ToArray();
        await server.InsideAsync(5);

        Assert.Equal([1, 2, 2], server.Connections.Values.Order());
        server.Open();
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(call));
        }
    }

    private static ClusterPolicy Limits(uint? connections = null, uint? pending = null) =>
        new() { Limits = new ConcurrencyLimits { MaxConnections = connections, MaxPendingRequests = pending } };

    private static Client.Pipeline.Destinations.OutboundCluster ClusterOf(OutboundHarness mesh) => mesh.Directory.State.Clusters.Single();

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        await response.Content.ReadAsStringAsync(Cancellation);
        return response.StatusCode;
    }
}
