namespace Mesh.ControlPlane.Kubernetes.Configuration;

/// <summary>The account that Kubernetes gives a pod.</summary>
internal static class InClusterAccess
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Null outside of a cluster.</summary>
    /// <param name="configuration">Has the environment of the process.</param>
    /// <param name="folder">Of the account.</param>
    /// <exception cref="KubernetesFailure">The account's files cannot be read.</exception>
    public static KubernetesAccess? Find(IConfiguration? configuration, string folder = Folder)
    {
        if (configuration?["KUBERNETES_SERVICE_HOST"] is not { Length: > 0 } host || configuration["KUBERNETES_SERVICE_PORT"] is not { Length: > 0 } port)
        {
            return null;
        }

        var tokenFile = Path.Combine(folder, "token");
        if (!File.Exists(tokenFile))
        {
            return null;
        }

        try
        {
            var namespaceFile = Path.Combine(folder, "namespace");
            return new KubernetesAccess(new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/"))
            {
                Roots = File.ReadAllText(Path.Combine(folder, "ca.crt")),
                TokenFile = tokenFile,
                Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesFailure($"The account of this pod cannot be read: {exception.Message}", exception);
        }
    }
}
