using System.Globalization;
using System.Text.Json;
using Mesh.Client;
using Mesh.Testing.InProcess;
using Mesh.Testing.Peers;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>Servers v1, v2 and v3 that behave as told, one configuration, and clients of three languages that follow it.</summary>
internal sealed class OutcomeMesh : IAsyncDisposable
{
    private const string Host = "greeter.example.com";
    private const string Locality = "r/z";

    private static readonly string[] Names = ["v1", "v2", "v3"];

    private readonly PeerProcess _servers;
    private readonly Dictionary<string, int> _ports;
    private readonly InProcessMesh _mesh;

    private OutcomeMesh(PeerProcess servers, Dictionary<string, int> ports, InProcessMesh mesh) => (_servers, _ports, _mesh) = (servers, ports, mesh);

    public static TheoryData<string> Languages => ["mesh", "python", "node"];

    public IReadOnlyDictionary<string, int> Ports => _ports;

    public static async Task<OutcomeMesh> StartAsync(string language, CancellationToken cancellationToken)
    {
        Peer.PythonGrpc.Require();
        if (language == "node")
        {
            Peer.NodeGrpcXds.Require();
        }

        var servers = PeerProcess.StartPython("behaving_server.py", Names);
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            ports[name] = int.Parse(await servers.WaitForAsync($"PORT {name} ", cancellationToken: cancellationToken), CultureInfo.InvariantCulture);
        }

        return new OutcomeMesh(servers, ports, await InProcessMesh.StartAsync("", cancellationToken));
    }

    /// <summary>Puts a configuration in force.</summary>
    /// <param name="endpoints">Names, each optionally with a locality: <c>v1@r/z</c>.</param>
    /// <param name="http">The http rules of a VirtualService; none without.</param>
    /// <param name="policy">The traffic policy of a DestinationRule, in YAML flow style.</param>
    public void Configure(string[] endpoints, string http = "", string policy = "")
    {
        var virtualService = http.Length == 0 ? "" : $$"""
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: greeter, namespace: default }
            spec:
              hosts: [{{Host}}]
              http: {{http.ReplaceLineEndings("\n    ")}}
            """;
        _mesh.Write("greeter.yaml", $$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: greeter, namespace: default }
            spec:
              hosts: [{{Host}}]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{ number: 50051, name: grpc, protocol: GRPC }]
              endpoints: [{{string.Join(", ", endpoints.Select(Endpoint))}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: greeter, namespace: default }
            spec:
              host: {{Host}}
              {{(policy.Length == 0 ? "" : $"trafficPolicy: {policy}")}}
              subsets:
              - { name: v1, labels: { version: v1 } }
              - { name: v2, labels: { version: v2 } }
              - { name: v3, labels: { version: v3 } }
            {{virtualService}}
            """);
    }

    public static string To(string subset) => $"route: [{{ destination: {{ host: {Host}, subset: {subset} }} }}]";

    public static string To(string subset, int weight) => $"{{ destination: {{ host: {Host}, subset: {subset} }}, weight: {weight} }}";

    public async Task<IOutcomeClient> StartClientAsync(string language, CancellationToken cancellationToken)
    {
        if (language != "mesh")
        {
            return PeerOutcomeClient.Start(language, $"xds:///{Host}:50051", _mesh.XdsAddress, Locality);
        }

        var host = await _mesh.StartClientAsync("caller", cancellationToken, new KeyValuePair<string, string?>("Mesh:Locality", Locality));
        var handler = host.Services.GetRequiredService<IMeshHandlerFactory>().CreateHandler();
        return new MeshOutcomeClient(handler, new Uri($"http://{Host}:50051"));
    }

    /// <summary>Tells the servers how to behave from now on.</summary>
    public async Task BehaveAsync(object order, CancellationToken cancellationToken)
    {
        await _servers.SendLineAsync(JsonSerializer.Serialize(order), cancellationToken);
        await _servers.WaitForAsync("DONE", cancellationToken: cancellationToken);
    }

    /// <summary>Waits until a server holds so many calls.</summary>
    public Task HeldAsync(string server, int count, CancellationToken cancellationToken) =>
        _servers.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"HELD {server} {count}"), cancellationToken: cancellationToken);

    /// <summary>How many calls reached each server since the last question.</summary>
    public async Task<string> CallsAsync(CancellationToken cancellationToken)
    {
        await _servers.SendLineAsync("""{"count": true}""", cancellationToken);
        var calls = JsonSerializer.Deserialize<SortedDictionary<string, int>>(await _servers.WaitForAsync("CALLS ", cancellationToken: cancellationToken))!;
        return string.Join(' ', calls.Select(pair => $"{pair.Key}:{pair.Value}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private string Endpoint(string name)
    {
        var parts = name.Split('@');
        var locality = parts.Length > 1 ? $", locality: {parts[1]}" : "";
        return $"{{ address: 127.0.0.1, ports: {{ grpc: {_ports[parts[0]]} }}, labels: {{ version: {parts[0]} }}{locality} }}";
    }
}
