namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Completes the short names that resources and clients write.</summary>
internal static class ShortNames
{
    /// <summary>The full name of a host in a resource: a name without dots is in the resource's own namespace (Istio).</summary>
    public static string InResource(string host, string @namespace, string clusterDomain)
    {
        host = host.ToLowerInvariant();
        return host.Contains('.', StringComparison.Ordinal) || host.Contains('*', StringComparison.Ordinal)
            ? host
            : $"{host}.{@namespace}.svc.{clusterDomain}";
    }

    /// <summary>The full names that a client may mean, the likeliest first.</summary>
    /// <param name="host">As asked for, without port.</param>
    /// <param name="dnsDomain">The client's own, normally <c>namespace.svc.cluster.local</c>.</param>
    public static IEnumerable<string> OfClient(string host, string dnsDomain)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        var labels = host.Split('.');
        if (labels.Length == 1)
        {
            yield return $"{host}.{dnsDomain}";
        }

        // A ServiceEntry's host may look like name.namespace, and is then what is meant.
        yield return host;

        if (labels.Length == 2)
        {
            yield return $"{host}.svc.{ClusterDomain(dnsDomain)}";
        }
        else if (labels.Length == 3 && labels[2] == "svc")
        {
            yield return $"{host}.{ClusterDomain(dnsDomain)}";
        }
    }

    /// <summary>Name and namespace of a cluster service; null when the host has another form.</summary>
    public static (string Name, string Namespace)? Split(string host, string clusterDomain) =>
        host.Split('.', 3) is [var name, var @namespace, var rest] && rest == $"svc.{clusterDomain}" ? (name, @namespace) : null;

    /// <summary>What follows <c>.svc.</c> in a client's DNS domain.</summary>
    public static string ClusterDomain(string dnsDomain)
    {
        const string Marker = ".svc.";
        var at = dnsDomain.IndexOf(Marker, StringComparison.Ordinal);
        return at < 0 ? dnsDomain : dnsDomain[(at + Marker.Length)..];
    }
}
