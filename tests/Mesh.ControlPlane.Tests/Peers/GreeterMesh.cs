using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Peers;

/// <summary>Servers v1, v2 and v3 of a greeter, a control plane that knows them, and the configuration that a test varies.</summary>
internal sealed class GreeterMesh : IAsyncDisposable
{
    public const string Target = "xds:///greeter.example.com:50051";

    private readonly PeerProcess _servers;
    private readonly Dictionary<string, int> _ports;

    private GreeterMesh(PeerProcess servers, Dictionary<string, int> ports, RunningControlPlane controlPlane)
    {
        _servers = servers;
        _ports = ports;
        ControlPlane = controlPlane;
    }

    public RunningControlPlane ControlPlane { get; }

    public string Bootstrap => JsonSerializer.Serialize(new
    {
        xds_servers = new[]
        {
            new
            {
                server_uri = ControlPlane.XdsAddress.Authority,
                channel_creds = new[] { new { type = "insecure" } },
                server_features = new[] { "xds_v3" },
            },
        },

        // grpc-js-xds refuses a node without locality.
        node = new
        {
            id = "sidecar~127.0.0.1~peer.default~default.svc.cluster.local",
            cluster = "peers",
            locality = new { region = "r", zone = "z" },
            metadata = new { GENERATOR = "grpc" },
        },
    });

    public static async Task<GreeterMesh> StartAsync(CancellationToken cancellationToken)
    {
        string[] names = ["v1", "v2", "v3"];
        var servers = PeerProcess.StartPython("greeter_server.py", names);
        var ports = new Dictionary<string, int>();
        foreach (var name in names)
        {
            ports[name] = int.Parse(await servers.WaitForAsync($"PORT {name} ", cancellationToken: cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        }

        return new GreeterMesh(servers, ports, await RunningControlPlane.StartAsync(configure: options => options.LoadReportInterval = TimeSpan.FromSeconds(1)));
    }

    /// <summary>Puts a configuration in force: these endpoints, and these routes (all to any endpoint when empty).</summary>
    public void Configure(string[] endpoints, string routes = "")
    {
        var yaml = new StringBuilder($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: greeter, namespace: default }
            spec:
              hosts: [greeter.example.com]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{ number: 50051, name: grpc, protocol: GRPC }]
              endpoints:
            {{string.Join("\n", endpoints.Select(Endpoint))}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: greeter, namespace: default }
            spec:
              host: greeter.example.com
              subsets:
              - { name: v1, labels: { version: v1 } }
              - { name: v2, labels: { version: v2 } }
              - { name: v3, labels: { version: v3 } }

            """);
        if (routes.Length > 0)
        {
            yaml.Append("""
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: { name: greeter, namespace: default }
                spec:
                  hosts: [greeter.example.com]
                  http:

                """);
            yaml.Append(routes);
        }

        ControlPlane.Write(yaml.ToString());
    }

    /// <summary>Puts the first server in force as a process that registered itself with these addresses.</summary>
    public void Register(string address, params ImmutableArray<string> others)
    {
        ControlPlane.Write("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: greeter, namespace: default }
            spec:
              hosts: [greeter.example.com]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{ number: 50051, name: grpc, protocol: GRPC }]
              workloadSelector: { labels: { app: greeter } }
            """);
        ControlPlane.State.Workloads.Connected(new WorkloadInstance
        {
            NodeId = "sidecar~127.0.0.1~greeter.default~default.svc.cluster.local",
            Namespace = "default",
            WorkloadName = "greeter-v1",
            ServiceName = "greeter",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "greeter"),
            Address = address,
            AdditionalAddresses = others,
            Ports = ImmutableSortedDictionary<string, int>.Empty.Add("grpc", _ports["v1"]),
        });
    }

    public static string RouteTo(string version) => $"  - route: [{{ destination: {{ host: greeter.example.com, subset: {version} }} }}]\n";

    private string Endpoint(string name) => $"  - {{ address: 127.0.0.1, ports: {{ grpc: {_ports[name]} }}, labels: {{ version: {name} }} }}";

    public async ValueTask DisposeAsync()
    {
        await ControlPlane.DisposeAsync();
        await _servers.DisposeAsync();
    }
}
