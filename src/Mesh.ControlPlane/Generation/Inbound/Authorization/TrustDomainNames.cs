using System.Collections.Immutable;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>The trust domain of the mesh with its aliases: a principal of one of them means that of all of them (Istio).</summary>
internal sealed class TrustDomainNames(string own, IEnumerable<string> aliases)
{
    /// <summary>In policies it points to whatever the mesh's own is.</summary>
    private const string Pointer = "cluster.local";

    private const int PartsOfPrincipal = 5;

    private readonly ImmutableArray<string> _names = [own, .. aliases];

    /// <summary>Principals with those of the other names of the mesh; what names no trust domain, or a foreign one, stays as it is.</summary>
    public string[] Expand(IReadOnlyCollection<string> principals) => [.. principals.SelectMany(Expand)];

    /// <summary>As <see cref="Expand(IReadOnlyCollection{string})"/>, for trust domains alone.</summary>
    public string[] ExpandNames(IReadOnlyCollection<string> domains) =>
        [.. domains.SelectMany(domain => IsOwn(domain) ? Replacements(domain, static name => name) : [domain]).Distinct(StringComparer.Ordinal)];

    private IEnumerable<string> Expand(string principal)
    {
        var parts = principal.Split('/');
        if (parts.Length != PartsOfPrincipal || parts[0] == "*" || !IsOwn(parts[0]))
        {
            return [principal];
        }

        var rest = principal[parts[0].Length..];
        return Replacements(parts[0], name => name + rest);
    }

    // "*-td" already means every name that ends so, and stays.
    private IEnumerable<string> Replacements(string written, Func<string, string> make) =>
        _names.Select(name => make(EndsAs(name, written) ? written : name)).Distinct(StringComparer.Ordinal);

    private bool IsOwn(string written) => written == Pointer || _names.Any(name => name == written || EndsAs(name, written));

    private static bool EndsAs(string name, string pattern) => pattern.StartsWith('*') && name.EndsWith(pattern[1..], StringComparison.Ordinal);
}
