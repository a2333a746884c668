namespace Mesh.ControlPlane;

/// <summary>How a Kubernetes API server is reached: by a kubeconfig, or with the account of the pod.</summary>
public sealed class MeshKubernetesOptions : MeshRegistryOptions
{
    /// <summary>
    /// The kubeconfig file. Default: none, which is the pod's own account where the process runs in one (<c>KUBERNETES_SERVICE_HOST</c>), else the files of <c>KUBECONFIG</c>,
    /// else <c>~/.kube/config</c>.
    /// </summary>
    public string? Kubeconfig { get; set; }

    /// <summary>The context of the kubeconfig. Default: its <c>current-context</c>.</summary>
    public string? Context { get; set; }

    /// <summary>Whether a kubeconfig may turn the verification of the server's certificate off (<c>insecure-skip-tls-verify</c>). Default: false, such a context is refused.</summary>
    public bool AllowInsecure { get; set; }

    /// <summary>How long a credential plugin of the kubeconfig (<c>exec</c>) may take. Default: 30 s. Range: 1 s to 5 min.</summary>
    public TimeSpan ExecTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
