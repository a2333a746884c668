namespace Mesh.ControlPlane.Kubernetes.Configuration;

/// <summary>Finds the API server that is meant: the named kubeconfig, the pod's account, or kubectl's own files.</summary>
/// <param name="configuration">Has the environment of the process.</param>
internal sealed class KubernetesAccessFinder(IConfiguration? configuration)
{
    /// <param name="kubeconfig">Null when none is named.</param>
    /// <param name="context">Null for the current one.</param>
    /// <param name="allowInsecure">Whether a cluster may go without verification.</param>
    /// <param name="execTimeout">Of credential plugins.</param>
    /// <exception cref="KubernetesFailure">There is none, or it cannot be used.</exception>
    public KubernetesAccess Find(string? kubeconfig, string? context, bool allowInsecure, TimeSpan execTimeout)
    {
        if (string.IsNullOrEmpty(kubeconfig) && string.IsNullOrEmpty(context) && InClusterAccess.Find(configuration) is { } own)
        {
            return own;
        }

        return Kubeconfig.Load(string.IsNullOrEmpty(kubeconfig) ? OfKubectl() : [kubeconfig]).Read(string.IsNullOrEmpty(context) ? null : context, allowInsecure, execTimeout);
    }

    private string[] OfKubectl()
    {
        if (configuration?["KUBECONFIG"] is { Length: > 0 } list)
        {
            return list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        }

        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(file)
            ? [file]
            : throw new KubernetesFailure("No Kubernetes cluster is known: this is no pod, KUBECONFIG is not set and there is no ~/.kube/config. Name a kubeconfig (--kubeconfig FILE).");
    }
}
