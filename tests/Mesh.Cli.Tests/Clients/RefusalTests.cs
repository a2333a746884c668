using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.InProcess;

namespace Mesh.Cli.Tests.Clients;

/// <summary>What is told of a client that refuses, that does not answer, and that asks for what is not there.</summary>
public sealed class RefusalTests
{
    private const string Reviews = "outbound|9080||reviews.default.svc.cluster.local";
    private const string Absent = "outbound|9080||nobody.default.svc.cluster.local";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProxyStatus_OfAClientThatRefuses_IsNackWithItsWords()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Logs.Expect("XdsRejected");
        using var channel = new GrpcChannel(mesh.XdsAddress);
        await using var call = channel.Start(XdsMethods.DeltaAggregatedResources, cancellationToken: Cancellation);
        var metadata = new Struct { Fields = { [NodeMetadataKeys.MeshClient] = Value.ForString("test"), [NodeMetadataKeys.Namespace] = Value.ForString("default") } };
        await call.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, Node = new Node { Id = "picky", Metadata = metadata }, ResourceNamesSubscribe = { Reviews, Absent } }, Cancellation);
        var response = await call.ReadAsync(Cancellation);
        var stale = await RunAsync(mesh, "proxy-status");
        await call.WriteAsync(
            new DeltaDiscoveryRequest { TypeUrl = XdsTypeUrl.Cluster, ResponseNonce = response!.Nonce, ErrorDetail = new Mesh.Protocol.Google.Rpc.Status { Code = 3, Message = "lb_policy: I do not like it\u001b[31m" } },
            Cancellation);

        MeshCtlRun? run = null;
        await Eventually.ReachesAsync(
            "the refusal is told",
            async () => (run = await RunAsync(mesh, "proxy-status")).Out.Contains("NACK (", StringComparison.Ordinal),
            () => run?.Out ?? "",
            cancellationToken: Cancellation);
        var detail = await RunAsync(mesh, "proxy-status", "picky");
        var status = await RunAsync(mesh, "status");
        var check = await RunAsync(mesh, "check", "-o", "short");

        Assert.Contains("STALE (", stale.Out, StringComparison.Ordinal);
        Assert.Contains("  lb_policy: I do not like it\uFFFD[31m", detail.Out, StringComparison.Ordinal);
        Assert.Contains("CDS NACK of version", detail.Out, StringComparison.Ordinal);
        Assert.Contains($"  CDS {Absent}", detail.Out, StringComparison.Ordinal);
        Assert.Contains("1 NACK", status.Out, StringComparison.Ordinal);
        Assert.Contains("× every client accepted what it was sent last", check.Out, StringComparison.Ordinal);
        Assert.Equal(1, check.ExitCode);
    }

    private static Task<MeshCtlRun> RunAsync(InProcessMesh mesh, params string[] arguments) => MeshCtlRun.StartAsync([.. arguments, "--server", mesh.ApiAddress.ToString()]);
}
