using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Security;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Serving.Loads;

/// <summary>Whose load reports are taken (security cases S40 and S48).</summary>
public sealed class LoadSecurityTests : IAsyncLifetime
{
    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await RunningControlPlane.StartAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task S48_ForgedSourceWorkload_IsRefused()
    {
        _mesh.Logs.Expect("LoadReportsRefused");
        using var certificate = _mesh.Issue("bank", "ledger");
        using var channel = WorkloadChannel.Open(_mesh, certificate);
        await using var call = channel.Start(LoadMethods.StreamLoadStats, options: null, Cancellation);
        await call.WriteAsync(new LoadStatsRequest { Node = RawStream.Node("a") }, Cancellation);

        var end = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Cancellation));

        Assert.Equal(GrpcStatusCode.PermissionDenied, end.Code);
    }

    [Fact]
    public async Task S40_StreamWithoutCredentials_IsRefused()
    {
        using var channel = WorkloadChannel.Open(_mesh);
        await using var call = channel.Start(LoadMethods.StreamLoadStats, options: null, Cancellation);
        await call.WriteAsync(new LoadStatsRequest { Node = RawStream.Node("a") }, Cancellation);

        Assert.Equal(GrpcStatusCode.Unauthenticated, (await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync(Cancellation))).Code);
    }
}
