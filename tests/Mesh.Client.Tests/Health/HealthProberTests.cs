using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Client.Dialing;
using Mesh.Client.Health.Checks;
using Mesh.Client.Limits;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.HealthChecks;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tests.Pipeline;
using Mesh.Client.Tests.Transport;
using Mesh.Client.Transport;
using Mesh.Testing.Connections;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Health;

/// <summary>Health checks against real servers.</summary>
public sealed class HealthProberTests : IDisposable
{
    private static readonly ValueList<StatusRange> Expected = new([new StatusRange(200, 300)]);
    private static readonly ValueList<StatusRange> Retriable = new([new StatusRange(500, 504)]);

    private readonly EndpointPoolStore _pools = TestPools.Create();

    [Theory]
    [InlineData(200, false, ProbeResultKind.Passed)]
    [InlineData(204, false, ProbeResultKind.Refused)]
    [InlineData(503, false, ProbeResultKind.Refused)]
    [InlineData(204, true, ProbeResultKind.Passed)]
    [InlineData(302, true, ProbeResultKind.Refused)]
    [InlineData(503, true, ProbeResultKind.NoAnswer)]
    [InlineData(504, true, ProbeResultKind.Refused)]
    internal async Task Http_ByStatus_IsEnvoysVerdict(int status, bool withRanges, ProbeResultKind expected)
    {
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/health" && context.Request.Host.Value == "reviews.default" ? status : 400;
            return Task.CompletedTask;
        });
        var probe = new HttpHealthProbe("GET", "/health?deep=1", "", Http2: false);

        var result = await ProbeAsync(
            server.Http1, withRanges ? probe with { ExpectedStatuses = Expected, RetriableStatuses = Retriable } : probe, "outbound|80||reviews.default");

        Assert.Equal(expected, result.Kind);
    }

    [Fact]
    public async Task Http_OverHttp2WithHeadersAndMethod_SendsThem()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            seen.TrySetResult($"{context.Request.Protocol} {context.Request.Method} {context.Request.Path} {context.Request.Host} {context.Request.Headers["x-check"]}");
            return Task.CompletedTask;
        });

        var result = await ProbeAsync(
            server.Http2, new HttpHealthProbe("POST", "/live", "other.host", Http2: true) { Headers = new([KeyValuePair.Create("x-check", "1")]) });

        Assert.Equal(ProbeResultKind.Passed, result.Kind);
        Assert.Equal("HTTP/2 POST /live other.host 1", await seen.Task);
    }

    [Theory]
    [InlineData(1, "0", ProbeResultKind.Passed, "")]
    [InlineData(2, "0", ProbeResultKind.Refused, "serving status 2")]
    [InlineData(3, "0", ProbeResultKind.Refused, "serving status 3")]
    [InlineData(1, "5", ProbeResultKind.Refused, "gRPC status 5")]
    internal async Task Grpc_ByAnswer_PassesWhenServing(int health, string grpcStatus, ProbeResultKind expected, string detail)
    {
        await using var server = await KestrelEndpoint.StartAsync(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var asked = Encoding.UTF8.GetString(body.ToArray().AsSpan(7));
            context.Response.ContentType = "application/grpc";
            context.Response.StatusCode = context.Request.Path == "/grpc.health.v1.Health/Check" && asked == "reviews.v1" ? 200 : 400;
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, (byte)health });
            context.Response.AppendTrailer("grpc-status", grpcStatus);
        });

        var result = await ProbeAsync(server.Http2, new GrpcHealthProbe("reviews.v1", "reviews.default"));

        Assert.Equal((expected, detail), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task Grpc_TrailersOnly_IsRefused()
    {
        await using var server = await KestrelEndpoint.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "12";
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Refused("gRPC status 12"), await ProbeAsync(server.Http2, new GrpcHealthProbe("", "")));
    }

    [Fact]
    public async Task Tcp_OpenAndClosedPort_TellsThemApart()
    {
        using var reserved = new ReservedPort();
        var port = reserved.Number;
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var probe = new TcpHealthProbe("", ValueList<string>.Empty);

        Assert.Equal(ProbeResultKind.Passed, (await ProbeAsync(port, probe)).Kind);
        listener.Stop();
        Assert.Equal(ProbeResultKind.NoAnswer, (await ProbeAsync(port, probe)).Kind);
    }

    [Theory]
    [InlineData("504f4e47", ProbeResultKind.Passed)]
    [InlineData("00", ProbeResultKind.NoAnswer)]
    internal async Task Tcp_WithPayload_LooksForTheBlocks(string expected, ProbeResultKind verdict)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerOnceAsync(listener);

        var result = await ProbeAsync(((IPEndPoint)listener.LocalEndpoint).Port, new TcpHealthProbe("50494e47", new([expected])));

        Assert.Equal(verdict, result.Kind);
        await serving;
    }

    [Fact]
    public async Task D12_FirstAddressIsDead_EveryProbeAsksTheOther()
    {
        await using var server = await KestrelEndpoint.StartAsync(context => context.Response.WriteAsync("well"));
        HealthProbe[] probes = [new TcpHealthProbe("", ValueList<string>.Empty), new HttpHealthProbe("GET", "/", "", Http2: false)];

        foreach (var probe in probes)
        {
            var address = new EndpointAddress("127.0.0.2", server.Http1);
            var key = new EndpointPoolKey(address, TimeSpan.FromSeconds(5))
            {
                Addresses = new AddressList([IPEndPoint.Parse(address.ToString()), new IPEndPoint(IPAddress.Loopback, server.Http1)]),
            };
            Assert.Equal(ProbeResultKind.Passed, (await ProbeAsync(key, probe, "reviews")).Kind);
        }
    }

    [Fact]
    public async Task Probe_NobodyListens_IsNoAnswer()
    {
        using var nobody = new ReservedPort();
        var port = nobody.Number;

        Assert.Equal(ProbeResultKind.NoAnswer, (await ProbeAsync(port, new HttpHealthProbe("GET", "/", "", Http2: false))).Kind);
        Assert.Equal(ProbeResultKind.NoAnswer, (await ProbeAsync(port, new GrpcHealthProbe("", ""))).Kind);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("00", null)]
    [InlineData("0000000000", 0)]
    [InlineData("00000000020801", 1)]
    [InlineData("01000000020801", null)]
    [InlineData("00000000030801", null)]
    [InlineData("0000000002088f", null)]
    [InlineData("000000000510010801ff", null)]
    [InlineData("00000000041201410801", null)]
    [InlineData("00000000051201410801", 1)]
    public void ReadStatus_AnyBytes_ReadsWhatIsThere(string frame, int? expected) =>
        Assert.Equal(frame.Length == 0 ? null : expected, GrpcHealthMessage.ReadStatus(Convert.FromHexString(frame)));

    public void Dispose() => _pools.Dispose();

    private Task<ProbeResult> ProbeAsync(int port, HealthProbe probe, string cluster = "reviews") =>
        ProbeAsync(new EndpointPoolKey(new EndpointAddress("127.0.0.1", port), TimeSpan.FromSeconds(5)), probe, cluster);

    private async Task<ProbeResult> ProbeAsync(EndpointPoolKey key, HealthProbe probe, string cluster)
    {
        var endpoint = new OutboundEndpoint(key.Address, _pools.Acquire(key), new ClusterLimits(ConcurrencyLimits.None), new CallPeer("", null, null));
        return await new HealthProber().ProbeAsync(endpoint, HealthCheckTests.Policy with { Probe = probe }, cluster, TestContext.Current.CancellationToken);
    }

    private static async Task AnswerOnceAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4];
        await connection.GetStream().ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync("+PONG\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
    }
}
