using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client;
using Mesh.Protocol.Grpc;
using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>A mesh before gRPC servers of gRPC's own library, which do with each call what its metadata says.</summary>
internal sealed class LeafMesh : IAsyncDisposable
{
    public const string Host = "leaf.example.com";
    public const string CallId = "x-call";

    private readonly PeerProcess _servers;
    private readonly List<HttpMessageInvoker> _invokers = [];

    private LeafMesh(PeerProcess servers, InProcessMesh mesh) => (_servers, Mesh) = (servers, mesh);

    public static Uri Address { get; } = new($"http://{Host}:50051");

    public static GrpcMethod<StringValue, StringValue> Method(string name) => new("mesh.test.Leaf", name, StringValue.Parser, StringValue.Parser);

    public InProcessMesh Mesh { get; }

    /// <summary>Skips the test when there is no Python with gRPC.</summary>
    /// <param name="names">Of the servers; each is an endpoint of <see cref="Host"/>.</param>
    /// <param name="rule">What the one http rule of the VirtualService says besides its route, in YAML flow style.</param>
    /// <param name="policy">The traffic policy of the DestinationRule, in YAML flow style.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="more">Further resources.</param>
    public static async Task<LeafMesh> StartAsync(string[] names, string rule, string policy, CancellationToken cancellationToken, string more = "")
    {
        Peer.PythonGrpc.Require();
        var servers = PeerProcess.StartPython("grpc_leaf.py", names);
        try
        {
            var endpoints = new List<string>();
            foreach (var name in names)
            {
                var port = await servers.WaitForAsync($"PORT {name} ", cancellationToken: cancellationToken);
                endpoints.Add($"{{ address: 127.0.0.1, ports: {{ grpc: {port} }}, labels: {{ version: {name} }} }}");
            }

            await servers.WaitForAsync("READY", cancellationToken: cancellationToken);
            return new LeafMesh(servers, await InProcessMesh.StartAsync(Resources(endpoints, rule, policy) + more, cancellationToken));
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>A workload that only calls, and a channel of it through the mesh.</summary>
    public async Task<GrpcChannel> StartClientAsync(CancellationToken cancellationToken)
    {
        var client = await Mesh.StartClientAsync("caller", cancellationToken);
        return Open(client);
    }

    /// <summary>A channel through the mesh, as an application opens one: no mesh address, only the name.</summary>
    public GrpcChannel Open(IHost workload, Uri? address = null) => new(address ?? Address, Invoke(workload));

    public HttpMessageInvoker Invoke(IHost workload)
    {
        var invoker = new HttpMessageInvoker(workload.Services.GetRequiredService<IMeshHandlerFactory>().CreateHandler());
        _invokers.Add(invoker);
        return invoker;
    }

    /// <summary>The next event of this name, e.g. <c>BEGAN</c>.</summary>
    public async Task<LeafEvent> NextAsync(string name, CancellationToken cancellationToken) =>
        LeafEvent.Parse(await _servers.WaitForAsync($"{name} ", cancellationToken: cancellationToken));

    /// <summary>All events of this name so far; ends the count of <see cref="CountAsync"/>.</summary>
    public async Task<LeafEvent[]> EventsAsync(string name, CancellationToken cancellationToken)
    {
        // What they have written before is read when their answer is.
        await CountAsync(cancellationToken);
        return [.. _servers.Lines.Where(line => line.StartsWith($"{name} {{", StringComparison.Ordinal)).Select(line => LeafEvent.Parse(line[name.Length..]))];
    }

    /// <summary>How many calls reached each server since the last question.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellationToken)
    {
        await _servers.SendLineAsync("""{"count": true}""", cancellationToken);
        return JsonSerializer.Deserialize<Dictionary<string, int>>(await _servers.WaitForAsync("CALLS ", cancellationToken: cancellationToken))!;
    }

    /// <summary>Lets a server send GOAWAY and close its listener; calls under way may go on for the grace.</summary>
    public async Task StopServerAsync(string name, TimeSpan grace, CancellationToken cancellationToken)
    {
        await _servers.SendLineAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"stop": "{{name}}", "grace": {{grace.TotalSeconds}}}"""), cancellationToken);
        await _servers.WaitForAsync($"STOPPED {name}", cancellationToken: cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _invokers.ForEach(invoker => invoker.Dispose());
            await Mesh.DisposeAsync();
        }
        finally
        {
            await _servers.DisposeAsync();
        }
    }

    private static string Resources(IEnumerable<string> endpoints, string rule, string policy) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: leaf }
        spec:
          hosts: [{{Host}}]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{ number: 50051, name: grpc, protocol: GRPC }]
          endpoints: [{{string.Join(", ", endpoints)}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: leaf }
        spec:
          host: {{Host}}
          {{(policy.Length == 0 ? "" : $"trafficPolicy: {{ {policy} }}")}}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: leaf }
        spec:
          hosts: [{{Host}}]
          http: [ { route: [ { destination: { host: {{Host}} } } ]{{(rule.Length == 0 ? "" : $", {rule}")}} } ]

        """;
}
