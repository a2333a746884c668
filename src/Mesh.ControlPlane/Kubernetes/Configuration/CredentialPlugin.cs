using System.Collections.Immutable;

namespace Mesh.ControlPlane.Kubernetes.Configuration;

/// <summary>A program of the kubeconfig that prints credentials (<c>client.authentication.k8s.io</c>).</summary>
internal sealed record CredentialPlugin(string Command, ImmutableArray<string> Arguments, string ApiVersion)
{
    public ImmutableArray<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>Where a relative command stands: the folder of the kubeconfig.</summary>
    public string WorkingFolder { get; init; } = "";

    /// <summary>What to tell somebody who does not have the program.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>Whether it wants to know about the cluster (<c>provideClusterInfo</c>).</summary>
    public bool WantsCluster { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
