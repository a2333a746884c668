using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Serving.Streams;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Extensions.Mode;
using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>Changes of trust reach streams that are open, over the real wire.</summary>
public sealed class LiveTrustTests : IAsyncLifetime
{
    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await RunningControlPlane.StartAsync();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task Roots_AddedReissuedAndDropped_ReachAnOpenStream()
    {
        using var channel = WorkloadChannel.Open(_mesh);
        await using var call = OpenWithToken(channel, out _);
        await call.WriteAsync(Ask("ROOTCA"), Cancellation);
        var first = Assert.Single(await RootsAsync(call));

        _mesh.State.Security.Authority.AddRoot();
        var added = await RootsAsync(call);
        _mesh.State.Security.Authority.Reissue();
        var reissued = await RootsAsync(call);
        _mesh.State.Security.Authority.DropRoot();
        var left = Assert.Single(await RootsAsync(call));

        Assert.Equal(2, added.Count);
        Assert.Equal(first.Thumbprint, added[0].Thumbprint);
        Assert.Equal(added[1].Thumbprint, reissued[0].Thumbprint);
        Assert.Equal(added[1].Thumbprint, left.Thumbprint);
    }

    [Fact]
    public async Task S15_Revocation_ReachesTheStreamsOfOthersAndEndsThatOfTheRevoked()
    {
        var certificate = _mesh.Issue("default", "mallory");
        using var revoked = WorkloadChannel.Open(_mesh, certificate);
        using var other = WorkloadChannel.Open(_mesh, _mesh.Issue("default", "reviews"));
        await using var ends = RawStream.Delta(revoked);
        await using var stays = RawStream.Delta(other);
        await ends.WriteAsync(Ask("ROOTCA"), Cancellation);
        await stays.WriteAsync(Ask("ROOTCA"), Cancellation);
        await RawStream.NextAsync(ends);
        Assert.Empty(Trust(await RawStream.NextAsync(stays)).Crl?.InlineString ?? "");

        _mesh.State.Security.Authority.RevokeIdentity(SpiffeId.Of("cluster.local", "default", "mallory"), "test");

        Assert.Null(await EndAsync(ends));
        Assert.Contains("X509 CRL", Trust(await RawStream.NextAsync(stays)).Crl.InlineString, StringComparison.Ordinal);
        await using var again = RawStream.Delta(revoked);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await again.WriteAsync(Ask("ROOTCA"), Cancellation);
            await RawStream.NextAsync(again);
        });
    }

    [Fact]
    public async Task S15_RevokedToken_EndsTheStreamThatItOpened()
    {
        using var channel = WorkloadChannel.Open(_mesh);
        await using var call = OpenWithToken(channel, out var id);
        await call.WriteAsync(Ask("ROOTCA"), Cancellation);
        await RawStream.NextAsync(call);

        _mesh.State.Security.Tokens.Revoke(id);

        Assert.Null(await EndAsync(call));
    }

    [Fact]
    public async Task S15_RevokedToken_EndsTheStreamsBesideIt()
    {
        using var channel = WorkloadChannel.Open(_mesh);
        var token = _mesh.State.Security.Tokens.CreateIdentity(SpiffeId.Of("cluster.local", "default", "reviews"), TimeSpan.FromHours(1));
        var options = new GrpcCallOptions { Headers = [new("authorization", $"Bearer {token.Text}")] };
        await using var quotas = channel.Start(QuotaMethods.StreamRateLimitQuotas, options, Cancellation);
        await using var modes = channel.Start(ModeMethods.Follow, options, Cancellation);
        await using var taps = channel.Start(TapMethods.Follow, options, Cancellation);
        await modes.WriteAsync(new ModeReport { Node = RawStream.Node("a") }, Cancellation);
        await taps.WriteAsync(new TapReport { Node = RawStream.Node("a") }, Cancellation);
        await RawStream.NextAsync(modes);
        await Task.WhenAll(quotas.ResponseHeadersAsync, taps.ResponseHeadersAsync);

        _mesh.State.Security.Tokens.Revoke(token.Record.Id);

        Assert.Null(await EndAsync(quotas));
        Assert.Null(await EndAsync(modes));
        Assert.Null(await EndAsync(taps));
    }

    private GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> OpenWithToken(GrpcChannel channel, out string id)
    {
        var token = _mesh.State.Security.Tokens.CreateIdentity(SpiffeId.Of("cluster.local", "default", "reviews"), TimeSpan.FromHours(1));
        id = token.Record.Id;
        return channel.Start(XdsMethods.DeltaAggregatedResources, new GrpcCallOptions { Headers = [new("authorization", $"Bearer {token.Text}")] }, Cancellation);
    }

    /// <summary>In good order, so that a client comes back with a better proof, if it has one.</summary>
    private static async Task<TResponse?> EndAsync<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        TResponse? last;
        do
        {
            last = await call.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        }
        while (last is not null);
        return last;
    }

    private static DeltaDiscoveryRequest Ask(string name) =>
        new() { Node = RawStream.Node("a"), TypeUrl = XdsTypeUrl.Secret, ResourceNamesSubscribe = { name } };

    private static CertificateValidationContext Trust(DeltaDiscoveryResponse response) =>
        Secret.Parser.ParseFrom(Assert.Single(response.Resources).Resource_.Value).ValidationContext;

    private static async Task<X509Certificate2Collection> RootsAsync(GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(Trust(await RawStream.NextAsync(call)).TrustedCa.InlineString);
        return roots;
    }
}
