using Mesh.Testing.InProcess;
using Microsoft.Extensions.Logging;

namespace Mesh.Benchmarks.Gateway;

/// <summary>The mesh's own gateway, with its control plane idle in the same process, until its standard input ends.</summary>
internal static class GatewayServer
{
    public static async Task<int> RunAsync(string backend)
    {
        await using var mesh = await InProcessMesh.StartAsync($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: backend}
            spec:
              hosts: [backend.example]
              ports: [{number: 80, name: http, protocol: HTTP}]
              resolution: STATIC
              endpoints: [{ address: 127.0.0.1, ports: { http: {{backend}} } }]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              selector: {istio: ingressgateway}
              servers: [{port: {number: 8080, name: http, protocol: HTTP}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: backend}
            spec:
              hosts: ["*"]
              gateways: [edge]
              http: [{route: [{ destination: { host: backend.example } }]}]
            """, CancellationToken.None, LogLevel.Warning);
        var gateway = await mesh.StartGatewayAsync([8080], CancellationToken.None);
        Console.WriteLine((await gateway.PortAsync(8080, CancellationToken.None)).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
