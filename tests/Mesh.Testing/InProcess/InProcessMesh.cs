using Mesh.Config.Stores;
using Mesh.ControlPlane;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Authority;
using Mesh.ControlPlane.Hosting;
using Mesh.Protocol.Spiffe;
using Mesh.Testing.Connections;
using Mesh.Testing.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Testing.InProcess;

/// <summary>A real control plane over a real folder and real Kestrel services on loopback, in one process; disposing fails on unexpected warnings.</summary>
public sealed class InProcessMesh : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-config-");
    private readonly List<IHost> _hosts = [];
    private readonly LogLevel _minimumLevel;
    private readonly Action<MeshControlPlaneOptions>? _configure;
    private readonly ReservedPort _xdsPort = new();
    private readonly ReservedPort _securePort = new();
    private IHost? _controlPlane;

    private InProcessMesh(LogLevel minimumLevel, Action<MeshControlPlaneOptions>? configure) => (_minimumLevel, _configure) = (minimumLevel, configure);

    public LogCollector Logs { get; } = new LogCollector().Expect("KeysInMemory");

    /// <summary>The folder that the control plane watches.</summary>
    public string ConfigFolder => _folder.FullName;

    public Uri XdsAddress => _xdsPort.Address;

    /// <summary>The TLS port of the control plane.</summary>
    public Uri SecureAddress => _controlPlane!.Services.GetRequiredService<MeshControlPlaneAddresses>().SecureAddress;

    /// <summary>The HTTP API of the control plane.</summary>
    public Uri ApiAddress => _controlPlane!.Services.GetRequiredService<MeshControlPlaneAddresses>().HttpAddress;

    /// <summary>The authority of the running control plane.</summary>
    internal CertificateAuthority Authority => State.Security.Authority;

    internal TokenStore Tokens => State.Security.Tokens;

    /// <summary>The configuration of the running control plane.</summary>
    internal IResourceStore Store => State.Store;

    private ControlPlaneState State =>
        _controlPlane?.Services.GetRequiredService<HostedControlPlane>().State ?? throw new InvalidOperationException("The control plane does not run.");

    /// <summary>Starts a control plane whose folder holds the given resources.</summary>
    /// <param name="resources">YAML.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="minimumLevel">What the collector keeps; a benchmark has no use for an entry a request.</param>
    /// <param name="configure">Further settings of the control plane.</param>
    public static async Task<InProcessMesh> StartAsync(
        string resources, CancellationToken cancellationToken, LogLevel minimumLevel = LogLevel.Debug, Action<MeshControlPlaneOptions>? configure = null)
    {
        var mesh = new InProcessMesh(minimumLevel, configure);
        mesh.Write("mesh.yaml", resources);
        await mesh.StartControlPlaneAsync(cancellationToken);
        return mesh;
    }

    /// <summary>Writes a file as an editor does: beside it, then renamed over it.</summary>
    public void Write(string name, string resources)
    {
        var path = Path.Combine(ConfigFolder, name);
        var temporary = path + "~";
        File.WriteAllText(temporary, resources);
        File.Move(temporary, path, overwrite: true);
    }

    public void Delete(string name) => File.Delete(Path.Combine(ConfigFolder, name));

    /// <summary>Starts the control plane, on the ports that it keeps while it is away.</summary>
    public async Task StartControlPlaneAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        UseCollector(builder.Logging);
        builder.AddMeshControlPlane(options =>
        {
            options.ConfigFolder = ConfigFolder;
            options.XdsPort = _xdsPort.Number;
            options.SecurePort = _securePort.Number;
            options.HttpPort = 0;
            _configure?.Invoke(options);
        });
        _controlPlane = builder.Build();
        await _controlPlane.StartAsync(cancellationToken);
    }

    public async Task StopControlPlaneAsync(CancellationToken cancellationToken)
    {
        if (_controlPlane is { } controlPlane)
        {
            _controlPlane = null;
            await controlPlane.StopAsync(cancellationToken);
            controlPlane.Dispose();
        }
    }

    /// <summary>Starts a workload that serves; it registers itself with the labels <c>app</c> and <c>version</c>.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="version">Its version label.</param>
    /// <param name="map">Its endpoints.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Further configuration.</param>
    public async Task<InProcessService> StartServiceAsync(
        string service, string version, Action<WebApplication> map, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        UseCollector(builder.Logging);
        builder.Configuration.AddInMemoryCollection(Settings(service));
        builder.Configuration.AddInMemoryCollection([new("Mesh:Labels:app", service), new("Mesh:Labels:version", version), new("urls", "http://127.0.0.1:0")]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddMesh();
        builder.Services.AddHttpClient();
        var app = builder.Build();
        app.UseMesh();
        map(app);
        await app.StartAsync(cancellationToken);
        _hosts.Add(app);
        return new InProcessService(app);
    }

    /// <summary>Starts a gateway with the label <c>istio: ingressgateway</c>, whose ports are opened at free ones of loopback.</summary>
    /// <param name="ports">Of the listeners.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Further configuration.</param>
    public Task<InProcessGateway> StartGatewayAsync(int[] ports, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] settings) =>
        StartGatewayAsync(ports, static _ => { }, cancellationToken, settings);

    /// <summary>The same, as an application with wishes of its own.</summary>
    /// <param name="ports">Of the listeners.</param>
    /// <param name="configure">The application.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Further configuration.</param>
    public async Task<InProcessGateway> StartGatewayAsync(
        int[] ports, Action<WebApplicationBuilder> configure, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        UseCollector(builder.Logging);
        builder.Configuration.AddInMemoryCollection(Settings("istio-ingressgateway"));
        builder.Configuration.AddInMemoryCollection([new("Mesh:Labels:istio", "ingressgateway"), new("Mesh:Gateway:Address", "127.0.0.1")]);
        builder.Configuration.AddInMemoryCollection(ports.Select(port => new KeyValuePair<string, string?>($"Mesh:Gateway:Ports:{port}", "0")));
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddMesh();
        configure(builder);
        var app = builder.Build();
        app.MapMeshGateway();
        await app.StartAsync(cancellationToken);
        _hosts.Add(app);
        return new InProcessGateway(app);
    }

    /// <summary>Starts a workload that only calls.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">Further configuration.</param>
    public async Task<IHost> StartClientAsync(string service, CancellationToken cancellationToken, params KeyValuePair<string, string?>[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        UseCollector(builder.Logging);
        builder.Configuration.AddInMemoryCollection(Settings(service));
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddMesh();
        builder.Services.AddHttpClient();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        _hosts.Add(host);
        return host;
    }

    /// <summary>Settings of a workload that proves to be an account: the TLS port of the control plane and a token for it.</summary>
    /// <param name="account">The service account, in namespace <c>default</c>.</param>
    /// <param name="more">Further configuration.</param>
    public KeyValuePair<string, string?>[] SettingsOf(string account, params KeyValuePair<string, string?>[] more)
    {
        return
        [
            new("Mesh:ControlPlane", SecureAddress.ToString()),
            new("Mesh:ServiceAccount", account),
            new("Mesh:TrustDomain", Authority.TrustDomain),
            new("Mesh:Identity:Token", TokenOf(account)),
            .. more,
        ];
    }

    /// <summary>The same in another namespace.</summary>
    /// <param name="namespace">Of the account.</param>
    /// <param name="account">The service account.</param>
    public KeyValuePair<string, string?>[] SettingsIn(string @namespace, string account) =>
    [
        .. SettingsOf(account, new KeyValuePair<string, string?>("Mesh:Namespace", @namespace)).Where(setting => setting.Key != "Mesh:Identity:Token"),
        new("Mesh:Identity:Token", Tokens.CreateIdentity(SpiffeId.Of(Authority.TrustDomain, @namespace, account), TimeSpan.FromHours(1)).Text),
    ];

    /// <summary>A token that proves an account in namespace <c>default</c>, for an hour.</summary>
    public string TokenOf(string account) =>
        Tokens.CreateIdentity(SpiffeId.Of(Authority.TrustDomain, "default", account), TimeSpan.FromHours(1)).Text;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }

        await StopControlPlaneAsync(CancellationToken.None);
        _xdsPort.Dispose();
        _securePort.Dispose();
        _folder.Delete(recursive: true);
        Logs.VerifyNoUnexpected();
    }

    private IEnumerable<KeyValuePair<string, string?>> Settings(string service) =>
    [
        new("Mesh:ControlPlane", XdsAddress.ToString()),
        new("Mesh:Service", service),

        // A busy machine may take longer than users should wait.
        new("Mesh:Outbound:DiscoveryTimeout", "00:00:30"),
    ];

    private void UseCollector(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(_minimumLevel);
        logging.AddProvider(Logs.AsProvider());
    }
}
