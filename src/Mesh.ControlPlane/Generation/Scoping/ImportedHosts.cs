using System.Collections.Immutable;
using Mesh.ControlPlane.Generation.Naming;

namespace Mesh.ControlPlane.Generation.Scoping;

/// <summary>The <c>hosts</c> of an egress listener, each <c>namespace/dnsName</c>; a namespace with a leading <c>~</c> takes away.</summary>
internal sealed class ImportedHosts
{
    private const string OwnNamespace = ".";
    private const string AnyNamespace = "*";
    private const char Not = '~';

    private readonly ImmutableArray<(string Namespace, string Host)> _imported;
    private readonly ImmutableArray<(string Namespace, string Host)> _excluded;

    /// <param name="hosts">As written.</param>
    /// <param name="own">The namespace of the client, which <c>.</c> stands for.</param>
    public ImportedHosts(IEnumerable<string> hosts, string own)
    {
        var parts = hosts.Select(host => host.Split('/', 2)).Where(parts => parts.Length == 2).ToLookup(
            parts => parts[0].StartsWith(Not),
            parts => (Resolve(parts[0].TrimStart(Not), own), parts[1].ToLowerInvariant()));
        _imported = [.. parts[false]];

        // "~/*" alone imports nothing, which is what no entry at all does.
        _excluded = [.. parts[true].Where(entry => entry.Item1.Length > 0)];
    }

    /// <summary>Whether a service, with a wildcard or without, lies wholly within.</summary>
    public bool HoldsService(string @namespace, string host) =>
        Any(_imported, @namespace, imported => IsWithin(host, imported)) && !Any(_excluded, @namespace, excluded => IsWithin(host, excluded));

    /// <summary>Whether one of a VirtualService's hosts has anything in common with what is imported (istiod is generous here).</summary>
    public bool HoldsVirtualService(string @namespace, IEnumerable<string> hosts)
    {
        var all = hosts as IReadOnlyCollection<string> ?? [.. hosts];
        return all.Any(host => Any(_imported, @namespace, imported => IsWithin(host, imported) || IsWithin(imported, host)))
            && !all.All(host => Any(_excluded, @namespace, excluded => IsWithin(host, excluded)));
    }

    private static string Resolve(string @namespace, string own) => @namespace == OwnNamespace ? own : @namespace;

    private static bool Any(ImmutableArray<(string Namespace, string Host)> entries, string @namespace, Func<string, bool> matches)
    {
        foreach (var (owner, host) in entries)
        {
            if ((owner == AnyNamespace || owner == @namespace) && matches(host))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWithin(string host, string pattern) =>
        pattern == "*" || host == pattern || (pattern.StartsWith('*') && host.TrimStart('*').EndsWith(pattern[1..], StringComparison.Ordinal) && HostPattern.Specificity(pattern, host) > 0);
}
