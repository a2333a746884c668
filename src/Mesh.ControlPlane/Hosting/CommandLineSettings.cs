using Mesh.ControlPlane.Hosting.Registries;

namespace Mesh.ControlPlane.Hosting;

/// <summary>What the command line says; null and false are not said.</summary>
internal sealed record CommandLineSettings
{
    public string? Config { get; init; }

    public bool ConfigReadOnly { get; init; }

    public bool AllowShrunkStore { get; init; }

    public ControlPlaneStore? Store { get; init; }

    public string? Connection { get; init; }

    public string? ConnectionFile { get; init; }

    public string? Kubeconfig { get; init; }

    public string? KubernetesContext { get; init; }

    public IReadOnlyList<string> Registries { get; init; } = [];

    public IReadOnlyList<string> Peers { get; init; } = [];

    public string? Cluster { get; init; }

    public string? Network { get; init; }

    public int? XdsPort { get; init; }

    public int? SecurePort { get; init; }

    public bool NoPlaintext { get; init; }

    public int? HttpPort { get; init; }

    public string? Address { get; init; }

    public string? State { get; init; }

    public string? TrustDomain { get; init; }

    public ApiAuthentication? Authentication { get; init; }

    public bool ForceDevelopment { get; init; }

    public bool Analysis { get; init; }

    public bool Json { get; init; }

    public bool ExitWithParent { get; init; }

    public void ApplyTo(MeshControlPlaneOptions options)
    {
        options.ConfigFolder = Config ?? options.ConfigFolder;
        options.ConfigReadOnly |= ConfigReadOnly;
        options.AllowShrunkStore |= AllowShrunkStore;
        options.Store = Store ?? options.Store;
        options.Postgres.Connection = Connection ?? options.Postgres.Connection;
        options.Postgres.ConnectionFile = ConnectionFile ?? options.Postgres.ConnectionFile;
        options.Kubernetes.Kubeconfig = Kubeconfig ?? options.Kubernetes.Kubeconfig;
        options.Kubernetes.Context = KubernetesContext ?? options.Kubernetes.Context;
        options.Cluster = Cluster ?? options.Cluster;
        options.Network = Network ?? options.Network;
        foreach (var registry in Registries)
        {
            RegistrySetting.Apply(registry, options);
        }

        foreach (var peer in Peers)
        {
            RegistrySetting.ApplyPeer(peer, options);
        }

        options.XdsPort = XdsPort ?? options.XdsPort;
        options.SecurePort = SecurePort ?? options.SecurePort;
        options.Plaintext &= !NoPlaintext;
        options.HttpPort = HttpPort ?? options.HttpPort;
        options.Address = Address ?? options.Address;
        options.StateFolder = State ?? options.StateFolder;
        options.TrustDomain = TrustDomain ?? options.TrustDomain;
        options.Authentication = Authentication ?? options.Authentication;
        options.ForceDevelopment |= ForceDevelopment;
        options.Analysis |= Analysis;
    }
}
