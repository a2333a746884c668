using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation;

/// <summary>What every generator reads: the state, the client, and both in the form that makes look-ups short.</summary>
internal sealed class GenerationContext(MeshState state, ClientView client, ConfigIndex index, GenerationNotices notices)
{
    private ClientLabels? _labels;

    public MeshState State => state;

    public ClientView Client => client;

    public ConfigIndex Index => index;

    /// <summary>For what a resource asks and this client cannot be given.</summary>
    public GenerationNotices Notices => notices;

    public ClientLabels Labels => _labels ??= new ClientLabels(client.Labels);

    public bool IsProxylessGrpc => client.Kind == ClientKind.ProxylessGrpc;

    public string ClusterDomain { get; } = ShortNames.ClusterDomain(client.DnsDomain);
}
