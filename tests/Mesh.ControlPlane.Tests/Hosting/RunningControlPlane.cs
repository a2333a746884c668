using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Hosting;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Spiffe;
using Mesh.Testing;
using Mesh.Testing.Logging;

namespace Mesh.ControlPlane.Tests.Hosting;

/// <summary>A control plane over a folder of its own, on free ports, in this process.</summary>
internal sealed class RunningControlPlane : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ControlPlaneHost _host;

    private RunningControlPlane(DirectoryInfo folder, ControlPlaneHost host, LogCollector logs)
    {
        _folder = folder;
        _host = host;

        // Tests that issue certificates have no state folder.
        Logs = logs.Expect("KeysInMemory");
        Channel = new GrpcChannel(host.XdsAddress ?? host.SecureAddress);
    }

    public LogCollector Logs { get; }

    public GrpcChannel Channel { get; }

    public ControlPlaneState State => _host.State;

    public Uri XdsAddress => _host.XdsAddress!;

    public Uri? PlaintextAddress => _host.XdsAddress;

    public Uri SecureAddress => _host.SecureAddress;

    public Uri HttpAddress => _host.HttpAddress;

    public static async Task<RunningControlPlane> StartAsync(string yaml = "", TimeProvider? time = null, Action<MeshControlPlaneOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-control-plane-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mesh.yaml"), yaml, TestContext.Current.CancellationToken);
        var options = new MeshControlPlaneOptions { ConfigFolder = folder.FullName, XdsPort = 0, HttpPort = 0 };
        configure?.Invoke(options);
        var logs = new LogCollector().Expect("KeysInMemory");
        var host = await ControlPlaneHost.StartAsync(options, logs, time ?? TimeProvider.System, TestContext.Current.CancellationToken);
        return new RunningControlPlane(folder, host, logs);
    }

    /// <summary>A certificate of this mesh for a workload, with its key.</summary>
    public X509Certificate2 Issue(string ns, string account, TimeSpan? lifetime = null) 
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var authority = State.Security.Authority;
        var issued = authority.Issue(new IssueRequest(SpiffeId.Of(authority.TrustDomain, ns, account), request, "test") { Lifetime = lifetime });
        using var leaf = X509Certificate2.CreateFromPem(issued.Chain[0]);
        return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>Replaces the configuration, as an editor does.</summary>
    public void Write(string yaml)
    {
        var next = Path.Combine(_folder.FullName, "mesh.yaml.tmp");
        File.WriteAllText(next, yaml);
        File.Move(next, Path.Combine(_folder.FullName, "mesh.yaml"), overwrite: true);
    }

    public Task<string> GetAsync(string path) => Http.GetAsync(new Uri(HttpAddress, path));

    /// <summary>Waits until the debug page of the streams says something.</summary>
    public Task ShowsAsync(string what, Func<string, bool> reached)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            what,
            async () => reached(seen = await GetAsync("/debug/syncz")),
            () => seen,
            cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the registry knows an endpoint of a service.</summary>
    public Task ShowsEndpointAsync(string host, int port) => Eventually.ReachesAsync(
        $"{host} has an endpoint on {port}",
        () => Task.FromResult(State.Source.Current.Registry.Endpoints.GetValueOrDefault(host, []).Any(endpoint => endpoint.Port == port)),
        () => string.Join(", ", State.Source.Current.Registry.Endpoints.Keys),
        cancellationToken: TestContext.Current.CancellationToken);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
        Logs.Dispose();
    }
}
