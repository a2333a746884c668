using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Taps;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Security;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Serving.Taps;

/// <summary>Who may look at requests of whom, and what processes may tell.</summary>
public sealed class TapSecurityTests : IAsyncLifetime
{
    private const string NodeId = "sidecar~127.0.0.1~web-1.default~default.svc.cluster.local";

    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mesh = await RunningControlPlane.StartAsync();
        _mesh.Logs.Expect("ApiRefused");
    }

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Theory]
    [InlineData(Role.Viewer, null, HttpStatusCode.Forbidden)]
    [InlineData(Role.Auditor, null, HttpStatusCode.Forbidden)]
    [InlineData(Role.SecurityAdmin, null, HttpStatusCode.Forbidden)]
    [InlineData(Role.Operator, "bank", HttpStatusCode.NotFound)]
    [InlineData(Role.Operator, "default", HttpStatusCode.OK)]
    [InlineData(Role.Admin, null, HttpStatusCode.OK)]
    internal async Task Tap_ByARole_IsForThoseWhoMay(Role role, string? ns, HttpStatusCode expected)
    {
        await using var process = await ConnectAsync(_mesh.Channel);
        using var response = await TapAsync("target=web-1", TokenOf(role, ns));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Tap_OfAProcess_GivesItAnOrderAndTakesItBack()
    {
        await using var process = await ConnectAsync(_mesh.Channel);
        using (var response = await TapAsync("target=web-1&path=/a*&status=5xx&maxRps=5&duration=30s&to=deploy/reviews", TokenOf(Role.Admin, null)))
        {
            var order = Assert.Single((await process.ReadAsync(Cancellation))!.Orders);
            Assert.Equal(("/a*", 500u, 599u, 5u, "reviews"), (order.Path, order.MinStatus, order.MaxStatus, order.MaxPerSecond, order.Peer));
            Assert.Equal((false, true), (order.Inbound, order.Outbound));
            Assert.InRange(order.Remaining.ToTimeSpan(), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
            Assert.DoesNotContain("authorization", order.Headers);

            await process.WriteAsync(new TapReport { Events = { Event(order.Id + 99), Event(order.Id) } }, Cancellation);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
            var line = JsonNode.Parse((await NextAsync(reader))!)!;
            Assert.Equal("/a/b", line["path"]!.ToString());
            Assert.Equal("web-1", line["source"]!["workload"]!.ToString());
        }

        Assert.Empty((await process.ReadAsync(Cancellation))!.Orders);
        Assert.Equal(0, _mesh.State.Taps.Count);
    }

    [Fact]
    public async Task Tap_ThatNobodyReads_DropsAndHoldsNobody()
    {
        await using var process = await ConnectAsync(_mesh.Channel);
        using var response = await TapAsync("target=web-1&maxRps=1000", TokenOf(Role.Admin, null));
        var order = Assert.Single((await process.ReadAsync(Cancellation))!.Orders);
        var report = new TapReport();
        for (var request = 0; request < 200; request++)
        {
            report.Events.Add(Event(order.Id));
        }

        // Far more than a connection holds: the process is read all the same.
        for (var written = 0; written < 60; written++)
        {
            await process.WriteAsync(report, Cancellation);
        }

        await process.WriteAsync(new TapReport { Dropped = 1 }, Cancellation);
        Assert.Equal(1, _mesh.State.Taps.Count);
    }

    [Fact]
    public void F07_RequestsOfMuchText_DoNotFillTheMemoryWhileNobodyReads()
    {
        var filter = new TapFilter { Inbound = true, Outbound = true, MaxPerSecond = 1_000, Headers = [] };
        var session = new TapSession(1, filter, _ => true, DateTimeOffset.MaxValue, new TapLimits { WaitingSize = 100_000 }, TimeProvider.System);
        var large = Event(1);
        large.Path = new string('p', 40_000);

        for (var request = 0; request < 5; request++)
        {
            session.Tell(new GraphNode("default", "web", "", "web-1"), large);
        }

        Assert.Equal(3, session.Dropped);
        Assert.True(session.TryTake(out _));
        session.Tell(new GraphNode("default", "web", "", "web-1"), large);
        Assert.Equal(3, session.Dropped);
    }

    [Fact]
    public async Task Tap_OfMoreAtOnceThanAllowed_IsRefused()
    {
        await using var process = await ConnectAsync(_mesh.Channel);
        var open = new List<HttpResponseMessage>();
        for (var session = 0; session < 10; session++)
        {
            open.Add(await TapAsync("target=web-1", TokenOf(Role.Admin, null)));
        }

        using var refused = await TapAsync("target=web-1", TokenOf(Role.Admin, null));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        open.ForEach(response => response.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("target=web-1&duration=11m")]
    [InlineData("target=web-1&duration=forever")]
    [InlineData("target=web-1&maxRps=0")]
    [InlineData("target=web-1&status=6xx")]
    [InlineData("target=web-1&from=a&to=b")]
    public async Task Tap_AskedForNonsense_SaysWhatWasExpected(string query)
    {
        using var response = await TapAsync(query, TokenOf(Role.Admin, null));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("expected", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S40_StreamWithoutCredentialsOrWithAnotherName_IsRefused()
    {
        using var nobody = WorkloadChannel.Open(_mesh);
        await using var first = await ConnectAsync(nobody);
        Assert.Equal(GrpcStatusCode.Unauthenticated, (await Assert.ThrowsAsync<GrpcException>(async () => await first.ReadAsync(Cancellation))).Code);

        using var certificate = _mesh.Issue("bank", "ledger");
        using var other = WorkloadChannel.Open(_mesh, certificate);
        await using var second = await ConnectAsync(other);
        Assert.Equal(GrpcStatusCode.PermissionDenied, (await Assert.ThrowsAsync<GrpcException>(async () => await second.ReadAsync(Cancellation))).Code);
    }

    private static TapEvent Event(ulong order) => new()
    {
        Order = order,
        Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        Method = "GET",
        Path = "/a/b",
        Status = 503,
        Peer = new TapPeer { Service = "reviews" },
    };

    private async Task<GrpcCall<TapReport, TapOrders>> ConnectAsync(GrpcChannel channel)
    {
        var call = channel.Start(TapMethods.Follow, options: null, Cancellation);
        try
        {
            await call.WriteAsync(new TapReport { Node = RawStream.Node(NodeId) }, Cancellation);
        }
        catch (GrpcException) when (channel != _mesh.Channel)
        {
            // Refused before it was said: reading tells why.
        }

        if (channel == _mesh.Channel)
        {
            await Eventually.ReachesAsync("the process follows", () => _mesh.State.Taps.Clients == 1, cancellationToken: Cancellation);
        }

        return call;
    }

    private string TokenOf(Role role, string? ns) => _mesh.State.Security.Tokens.CreateApi("tester", [new RoleGrant(role, ns)], TimeSpan.FromHours(1)).Text;

    private async Task<HttpResponseMessage> TapAsync(string query, string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_mesh.HttpAddress, $"/api/v1/taps?{query}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<string?> NextAsync(StreamReader reader)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync(Cancellation);
        }
        while (line?.Length == 0);

        return line;
    }
}
