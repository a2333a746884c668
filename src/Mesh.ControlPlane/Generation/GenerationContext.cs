using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Scoping;

namespace Mesh.ControlPlane.Generation;

/// <summary>What every generator reads: the state, the client, and both in the form that makes look-ups short.</summary>
internal sealed class GenerationContext(MeshState state, ClientView client, ConfigIndex index, GenerationNotices notices)
{
    private ClientLabels? _labels;
    private EgressScope? _scope;

    public MeshState State => state;

    public ClientView Client => client;

    public ConfigIndex Index => index;

    /// <summary>The mesh configuration.</summary>
    public MeshSettings Settings => index.Settings;

    /// <summary>For what a resource asks and this client cannot be given.</summary>
    public GenerationNotices Notices => notices;

    public ClientLabels Labels => _labels ??= new ClientLabels(client.Labels);

    /// <summary>What of the mesh the client sees.</summary>
    public EgressScope Scope => _scope ??= index.ScopeOf(client);

    /// <summary>Whether there is somebody whom a client can report its load to.</summary>
    public bool TakesLoadReports { get; init; }

    public bool IsProxylessGrpc => client.Kind == ClientKind.ProxylessGrpc;

    public string ClusterDomain { get; } = ShortNames.ClusterDomain(client.DnsDomain);
}
