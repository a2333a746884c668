using Mesh.Config.Decoding;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation;

namespace Mesh.Config.Admission;

/// <summary>Keeps the hosts of a namespace to itself: nobody else defines routes, rules or addresses for them (ISTIO-SECURITY-2026-002).</summary>
/// <param name="clusterDomain">The ending of the names of services.</param>
internal sealed class OwnedHosts(string clusterDomain)
{
    private const string Wildcard = "*";

    private readonly string _services = $".svc.{clusterDomain}";

    /// <summary>The namespace that may define anything: <c>rootNamespace</c> of the mesh configuration, asked for each time. Default: Istio's.</summary>
    public Func<string> RootNamespace { get; set; } = static () => MeshConfigDecoder.Namespace;

    public void Validate(Resource resource, FindingCollector findings)
    {
        if (resource.Id.Namespace == RootNamespace())
        {
            return;
        }

        var scope = new FieldScope(findings, "spec");
        switch (resource.Spec)
        {
            case VirtualService routes:
                scope.Each("hosts", routes.Hosts, (item, host) => Check(item, host, resource.Id.Namespace));
                break;
            case DestinationRule rule:
                Check(scope.Field("host"), rule.Host, resource.Id.Namespace);
                break;
            case ServiceEntry entry:
                scope.Each("hosts", entry.Hosts, (item, host) => Check(item, host, resource.Id.Namespace));
                break;
        }
    }

    private void Check(FieldScope scope, string host, string @namespace) => scope.Require(
        !IsOfOthers(host.TrimEnd('.').ToLowerInvariant(), @namespace),
        $"\"{host}\" is, or covers, a host of another namespace than {@namespace}; only that namespace and {RootNamespace()} may define it");

    private bool IsOfOthers(string host, string @namespace)
    {
        if (host.StartsWith(Wildcard, StringComparison.Ordinal))
        {
            var ending = host[Wildcard.Length..];
            return ending.EndsWith(_services, StringComparison.Ordinal)
                ? NamespaceIn(ending) != @namespace
                : _services.EndsWith(ending, StringComparison.Ordinal);
        }

        // A name without dots is of the resource's own namespace.
        return host.Contains('.', StringComparison.Ordinal)
            && (host.EndsWith(_services, StringComparison.Ordinal) ? NamespaceIn(host) != @namespace : ShortForm(host) is { } owner && owner != @namespace);
    }

    // name.namespace.svc.domain: what a wildcard leaves of it must still hold the namespace whole.
    private string? NamespaceIn(string host)
    {
        var labels = host[..^_services.Length].Split('.');
        return labels.Length >= 2 ? labels[^1] : null;
    }

    // name.namespace.svc, which clients complete. name.namespace may be anybody's domain, and stands for itself in resources.
    private static string? ShortForm(string host) => host.Split('.') is [_, var owner, "svc"] ? owner : null;
}
