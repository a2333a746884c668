using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>gRPC through the gateway with another implementation at both ends: Python's.</summary>
public sealed class GatewayGrpcTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Calls_OfPythonToPython_KeepStreamsMetadataTrailersAndStatuses()
    {
        Peer.PythonGrpc.Require();
        await using var server = PeerProcess.StartPython("echo_server.py", []);
        var port = await server.WaitForAsync("LISTENING ", cancellationToken: Cancellation);
        await using var mesh = await InProcessMesh.StartAsync($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: echo}
            spec:
              hosts: [echo.example]
              ports: [{number: 50051, name: grpc, protocol: GRPC}]
              resolution: STATIC
              endpoints: [{ address: 127.0.0.1, ports: { grpc: {{port}} } }]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              selector: {istio: ingressgateway}
              servers: [{port: {number: 8080, name: grpc, protocol: GRPC}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: echo}
            spec:
              hosts: ["*"]
              gateways: [edge]
              http: [{route: [{ destination: { host: echo.example } }]}]
            """, Cancellation);
        var gateway = await mesh.StartGatewayAsync([8080], Cancellation);
        var place = await gateway.PortAsync(8080, Cancellation);

        await using var client = PeerProcess.StartPython("echo_client.py", [place.ToString(), "--through-proxy"]);
        await client.WaitForExitAsync(timeout: TimeSpan.FromSeconds(90), cancellationToken: Cancellation);
    }
}
