namespace Mesh.Config.Analysis.Lookup;

/// <summary>The namespaces of Kubernetes itself, which Istio leaves alone.</summary>
internal static class SystemNamespaces
{
    public static bool Contains(string ns) => ns is "kube-system" or "kube-public" or "kube-node-lease" or "local-path-storage";
}
